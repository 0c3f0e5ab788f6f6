"""One-member groups of 新卡申办 with their signed scans given, so that one run files them."""

from __future__ import annotations

from flows.new_card import LETTER, PERSONAL_FORM, NewCard
from rpa import resources
from rpa.application import Attachment
from rpa.flow import flows
from rpa.intake import read

__all__ = ["signed_sample"]


def signed_sample(key: str = "B") -> NewCard:
    """The first member alone of that group of the sample workbook: A is demo-soe's, B is demo-private's."""
    folder = resources.folder("fixtures")
    intake = read([folder / "new_card.xlsx"], flows())
    group = next(one.application for one in intake.applications if one.application.key == key)
    assert isinstance(group, NewCard)
    signed = folder / "new_card" / "signed"
    form = Attachment(material=PERSONAL_FORM, path=signed / f"{key}-1-{PERSONAL_FORM}.pdf")
    letter = Attachment(material=LETTER, path=signed / f"{key}-{LETTER}.pdf")
    member = group.members[0].model_copy(update={"files": [*group.members[0].files, form]})
    return group.model_copy(update={"members": [member], "files": [letter]})
