"""What a provider can answer when a message is handed over. Pure.

The three are kept apart because only one of them allows another try: what was surely not taken.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Accepted:
    """Taken; `provider_id` is the number under which receipts will speak of it, empty where there are none."""

    provider_id: str = ""


@dataclass(frozen=True)
class NotTaken:
    """Surely not taken; `again` where a later try may succeed."""

    reason: str
    again: bool = False


@dataclass(frozen=True)
class NoAnswer:
    """It may have been taken, or not."""

    reason: str


Answer = Accepted | NotTaken | NoAnswer
