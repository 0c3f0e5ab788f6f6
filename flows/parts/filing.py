"""填报 of the four business types that start from a group or a card, which the portal keeps no drafts of (manual 2.2 to 2.5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from flows.parts.attachments import bring_in, by_key, by_title, require_papers
from flows.parts.chosen_people import Wanted, fits, people_of, with_people
from flows.parts.my_applications import compare_facts, compare_files, labels, open_detail
from flows.parts.people import OfPeople
from flows.parts.sign_in import open_menu
from rpa.desk import Desk
from rpa.errors import OutcomeUnknown, StoredOtherwise
from rpa.flow import Difference
from rpa.screen import Fact, Screen, Value

__all__ = ["Filling", "compare_filing", "is_of", "papers", "prove_filing", "to_last_press", "to_signature"]


@dataclass(frozen=True, slots=True)
class Filling:
    """What a fill page is to hold: `values` of the group, and each person with what is typed in about them."""

    values: Mapping[str, Value]
    people: Sequence[tuple[Wanted, Mapping[str, Value]]]


def papers(desk: Desk, group: OfPeople) -> dict[str, Path]:
    """The files of 附件信息 that are there now, by the keys of the pack or their free names; the signed report among them."""
    uploads = desk.pack.screen(f"{group.business_type}.filing").uploads
    files = by_key(uploads, group.files)
    files.pop("report", None)
    if scan := desk.case.find_scan(group.report, None):
        files["report"] = scan
    return files


async def to_signature(desk: Desk, page: Screen, group: OfPeople, step: str) -> None:
    """The filled page up to the signature: its report handed out, and away without 保存并上报; nothing of it is kept.

    The report is made of what the page holds, to be signed, sealed and scanned by people. `step` is the manual's.
    Raises :class:`~rpa.errors.PortalRefusal` for a required paper that is missing.
    """
    await require_papers(page, papers(desk, group), "report")
    desk.now(f"{step} 下载《{group.report}》")
    rows = await page.upload_rows(["report"])
    await desk.hand_out(rows["report"], group.report)
    await open_menu(desk, "home", "common.home")


async def to_last_press(
    desk: Desk, page: Screen, group: OfPeople, filling: Filling, steps: tuple[str, str]
) -> None:
    """The filled page up to the last press: its files brought in, and all proved; `steps` are the manual's of the two."""
    files = papers(desk, group)
    upload, check = steps
    desk.now(f"{upload} 上传附件")
    await bring_in(desk, page, files)
    desk.now(f"{check}检查")
    await prove_filing(desk, page, filling, files)


async def prove_filing(desk: Desk, page: Screen, filling: Filling, files: Mapping[str, Path]) -> None:
    """The whole page once more, as it stands before the last press.

    Raises :class:`~rpa.errors.StoredOtherwise` with everything that is not as the input says.
    """
    fields = await page.differences(filling.values)
    entries = await with_people(desk, page, [wanted for wanted, _ in filling.people])
    for entry, (wanted, typed) in zip(entries, filling.people, strict=True):
        fields += [f"{wanted.where} {field}" for field in await page.inside(entry).differences(typed)]
    rows = await page.upload_rows(files)
    fields += [material for material in files if material not in rows or not rows[material].filled]
    if fields:
        raise StoredOtherwise(f"填报页面与输入不一致：{'、'.join(fields)}", fields=fields, where=page.title)


async def is_of(desk: Desk, group: OfPeople, group_no: str) -> bool:
    """Whether a listed group is of exactly these people, by its detail page (which may not tell two of one name apart).

    Raises :class:`~rpa.errors.OutcomeUnknown` for a page that names nobody: it proves nothing.
    """
    page, _ = await open_detail(desk, group_no, f"{group.business_type}.entry")
    members = _members(await page.facts())
    named = labels(desk, "common.person")["name"]
    if not members or not all(any(fact.label in named for fact in facts) for facts in members.values()):
        raise OutcomeUnknown("办件详情中看不出成员是谁", where=group_no)
    sections = [_sections(desk, wanted, members) for wanted in people_of(group)]
    return len(members) == len(sections) and all(sections) and set(members) == set(chain(*sections))


def _members(facts: Sequence[Fact]) -> dict[str, list[Fact]]:
    """What a detail page tells of each member, by the heading of the member's part."""
    members: dict[str, list[Fact]] = {}
    for fact in facts:
        if fact.section.startswith("成员"):
            members.setdefault(fact.section, []).append(fact)
    return members


def _sections(desk: Desk, wanted: Wanted, members: Mapping[str, list[Fact]]) -> list[str]:
    """The parts that are about this person."""
    shown = {section: {fact.label: fact.value for fact in facts} for section, facts in members.items()}
    return [section for section, lines in shown.items() if fits(desk, wanted, lines)]


async def compare_filing(desk: Desk, group: OfPeople, group_no: str, filling: Filling) -> list[Difference]:
    """The group's detail page against the input: every field, every person, every file byte for byte."""
    kind = group.business_type
    page, row = await open_detail(desk, group_no, f"{kind}.entry")
    facts, tables = await page.facts(), await page.tables("files")
    own = [fact for fact in facts if not fact.section.startswith("成员")]
    words = labels(desk, f"{kind}.filing")
    # the detail page may use the words of the page that was filled in
    of_group = {key: (*shown, *words.get(key, ())) for key, shown in labels(desk, "common.detail").items()}
    found = list(compare_facts("团组", own, of_group, filling.values))
    if row.is_draft:
        found.append(Difference("团组", f"当前状态（“{row.state}”）"))
    members = _members(facts)
    if len(members) != len(filling.people):
        found.append(Difference("团组", f"人数（{len(members)} 人）"))
    # who is known best comes first; of several people of one name each is the one who differs least
    for wanted, typed in sorted(filling.people, key=lambda one: len(_sections(desk, one[0], members))):
        alike = {
            section: list(compare_facts(wanted.where, members[section], words, typed))
            for section in _sections(desk, wanted, members)
        }
        if alike:
            section = min(alike, key=lambda one: len(alike[one]))
            found += alike[section]
            del members[section]
        else:
            found.append(Difference(wanted.where, "没有这名成员"))
    files = by_title(desk.pack.screen(f"{kind}.filing").uploads, papers(desk, group))
    found += await compare_files(desk, page, "团组", tables, files)
    return found
