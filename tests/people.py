"""Invented people by number, for groups of any size: valid check digits, birth years 1900–1910, nobody's address code."""

from __future__ import annotations

from datetime import date, timedelta

from stdnum.iso7064 import mod_11_2

from flows.new_card import NewCard, NewCardMember

__all__ = ["group_of", "invented"]

_HUNDREDS = "一二三四五六七八九十"


def invented(pattern: NewCardMember, number: int) -> NewCardMember:
    """A person like `pattern` (same sex, files and answers) with a name and numbers of their own."""
    born = date(1900, 1, 1) + timedelta(days=number % 3600)
    sequence = 100 + 2 * (number // 3600) + (pattern.sex == "男")
    body = f"990000{born:%Y%m%d}{sequence:03d}"
    name = "样" + "".join(_HUNDREDS[int(digit)] for digit in str(number))
    changes = {
        "key": str(number),
        "name": f"韦{name}",
        "id_no": body + mod_11_2.calc_check_digit(body),
        "birth_date": born,
        "mobile": f"139{number:08d}",
        "passport": pattern.passport.model_copy(
            update={
                "number": f"{pattern.passport.number[:2]}{9000000 + number}"
            }  # the letters go with the kind
        ),
    }
    return pattern.model_copy(update=changes)


def group_of(size: int, pattern: NewCard, *, start: int = 1) -> NewCard:
    """A group of `size` invented people, all like the pattern's first member."""
    members = [invented(pattern.members[0], start + place) for place in range(size)]
    return pattern.model_copy(update={"members": members})
