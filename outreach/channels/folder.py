"""Where no provider is set up: each message becomes a file of the data folder, which the app shows as sent."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.utils import timezone

from outreach.answers import Accepted, Answer, NotTaken
from outreach.models import Message, MessagePart


class Folder:
    """Writes ``messages/2026-11/<uuid>.txt``: to whom, and the text. Written again, the file is the same one."""

    listens = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        pass

    def parts(self, message: Message) -> list[str]:
        return [message.text]

    def hand_over(self, message: Message, part: MessagePart, text: str, total: int) -> Answer:
        folder = settings.MESSAGE_FOLDER / f"{timezone.localtime(message.created_at):%Y-%m}"
        file = folder / f"{message.uuid}.txt"
        heads = [f"{message.get_channel_display()}: {message.address}", message.name, message.subject]
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            draft = file.with_suffix(".part")
            draft.touch(mode=0o600)
            draft.write_text("\n".join([*filter(None, heads), "", text, ""]), encoding="utf-8")
            draft.rename(file)
        except OSError as error:
            return NotTaken(str(error.strerror), again=True)
        return Accepted(file.name)

    def listen(self) -> None:
        pass
