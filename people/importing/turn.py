"""One import at a time."""

from people.models import AreaLevel


def take_turn() -> None:
    """Wait until no other import writes; must run at the beginning of the transaction, which holds the turn.

    Two imports at once would both find a record missing and both add it. SQLite has one writer anyway; PostgreSQL
    queues at a row that every office has and that no import changes. The weaker lock lets areas still refer to it.
    """
    list(AreaLevel.objects.select_for_update(no_key=True).order_by("rank")[:1])
