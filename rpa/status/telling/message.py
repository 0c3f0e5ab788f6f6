"""A message: one notice or several in the words of a channel, and how a text that is too long is split."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256

from rpa.status.notices import Notice
from rpa.status.texts import Words, words

__all__ = ["Message", "compose", "fitting", "parts", "without_markup"]

_RULE = "――――――――"
_WIDE = str.maketrans({"<": "＜", ">": "＞", "[": "［", "]": "］", "*": "＊", "`": "ˋ", "#": "＃"})
_LINE_BREAK = 3  # bytes; some services want a whole empty line


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent at once. `id` is the same at every attempt: who gets it twice can know it."""

    id: str
    title: str
    lines: tuple[str, ...]
    at: datetime
    notices: tuple[Notice, ...] = field(default=())

    @property
    def text(self) -> str:
        """The lines below the title."""
        return "\n".join(self.lines)


def compose(channel: str, notices: Sequence[Notice], at: datetime) -> Message:
    """One message of these notices, in their order."""
    keys = "\n".join((channel, *(notice.key for notice in notices)))
    told = [words(notice) for notice in notices]
    made = sha256(keys.encode()).hexdigest()[:32]
    if len(told) == 1:
        return Message(made, told[0].title, told[0].lines, at, tuple(notices))
    lines = [line for one in told for line in _block(one)]
    return Message(made, f"共 {len(told)} 条提醒", tuple(lines[:-1]), at, tuple(notices))


def fitting(notices: Sequence[Notice], room: int) -> int:
    """How many of the first of these notices fit into one message of `room` bytes; at least one."""
    used = 0
    for place, notice in enumerate(notices):
        used += sum(_size(line) for line in _block(words(notice)))
        if used > room and place:
            return place
    return len(notices)


def parts(message: Message, room: int) -> Iterator[Message]:
    """The message, or when its lines take more than `room` bytes, parts of it that say so: nothing is cut off."""
    whole = sum(_size(line) for line in message.lines)
    if whole <= room:
        yield message
        return
    pages: list[list[str]] = [[]]
    free = room
    for piece in (piece for line in message.lines for piece in _pieces(line, room)):
        if _size(piece) > free:
            pages.append([])
            free = room
        pages[-1].append(piece)
        free -= _size(piece)
    for number, page in enumerate(pages, 1):
        title = f"{message.title}（{number}/{len(pages)}）"
        yield replace(message, id=f"{message.id}-{number}", title=title, lines=tuple(page))


def without_markup(line: str) -> str:
    """A line for a service that reads markdown: what it would take for its own is made wide."""
    return line.translate(_WIDE)


def _block(one: Words) -> tuple[str, ...]:
    return (one.title, *one.lines, _RULE)


def _size(line: str) -> int:
    return sum(map(_bytes, line)) + _LINE_BREAK


def _bytes(character: str) -> int:
    return len(_WIDE.get(ord(character), character).encode())


def _pieces(line: str, room: int) -> Iterator[str]:
    """A line in pieces of at most `room` bytes; characters stay whole."""
    start, used = 0, _LINE_BREAK
    for place, character in enumerate(line):
        used += _bytes(character)
        if used > room:
            yield line[start:place]
            start, used = place, _LINE_BREAK + _bytes(character)
    yield line[start:]
