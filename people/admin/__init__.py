"""The admin of `people`: areas, buildings, staff and posts, units; and the audit, to look at."""

from people.admin import areas, buildings, oversight, staff

__all__ = ["areas", "buildings", "oversight", "staff"]
