"""The admin of `people`: areas, staff and posts, units; and the audit, to look at."""

from people.admin import areas, oversight, staff

__all__ = ["areas", "oversight", "staff"]
