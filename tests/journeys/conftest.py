"""What the journeys get."""

from tests.architecture.world import world

__all__ = ["world"]
