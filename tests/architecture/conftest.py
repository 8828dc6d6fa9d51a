"""What the tests of the whole site get."""

from tests.architecture.world import world

__all__ = ["world"]
