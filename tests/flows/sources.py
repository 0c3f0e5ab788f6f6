"""What the four later business types start from, applications about it, and one whole job of each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

from pypdf import PdfReader

from flows.card_cancellation import CardCancellation
from flows.card_replacement import CardReplacement
from flows.early_card import EarlyCard
from flows.parts.attachments import digest
from flows.parts.my_applications import list_my_applications
from flows.parts.people import OfPeople
from flows.passport_change import PassportChange
from rpa.application import Attachment
from rpa.cases import SIGNED_FOLDER, Case, CaseState
from rpa.desk import Desk, Papers
from rpa.flow import Flow, Listing
from rpa.testing import Replica
from tests.replica.filer import Filer, Office
from tests.replica.visitor import person

from .clerk import Clerk, outcome, write_scan

__all__ = [
    "ACCOUNT",
    "INVOICE",
    "PAGES",
    "REPORTS",
    "Done",
    "Inputs",
    "Portal",
    "Refused",
    "file_whole",
    "new_passport",
    "no_names",
    "submits",
]

#: Somebody whom the portal knows, by the words of its pages.
Fields = Mapping[str, str]

ACCOUNT = "demo-soe"
REPORTS = {
    "passport_change": "护照更换申请",
    "early_card": "申请报告",
    "card_replacement": "换卡报告",
    "card_cancellation": "注销报告",
}
PAGES = {
    "passport_change": "制卡前更换护照",
    "early_card": "提前制卡",
    "card_replacement": "换补卡",
    "card_cancellation": "注销",
}
#: The invoice that the account has stored.
INVOICE = {
    "title_type": "企业",
    "title": "广西样例国有贸易集团有限公司",
    "tax_no": "91990000MA0000001B",
    "email": "finance@soe.example.invalid",
}


def new_passport(number: int) -> dict[str, str]:
    """A passport that takes the place of an old one."""
    return {
        "number": f"PE{number:07d}",
        "issued_on": "2026-06-10",
        "expires_on": "2031-06-09",
        "issue_place": "广西壮族自治区",
        "authority": "外交部",
    }


def submits(replica: Replica) -> list[str]:
    """What the portal made of every press of 保存并上报 that reached it, the scenario's own not counted."""
    return [event["detail"].split(" ")[-1] for event in replica.events() if event["kind"] == "submit"]


class Refused(NamedTuple):
    """Why an application is refused, of whom, and what to do."""

    message: str
    where: str
    advice: str


class Portal:
    """A replica with a handful of groups and cards (the scenario ``small``)."""

    def __init__(self, replica: Replica) -> None:
        self.replica = replica
        self.office = Office(replica)
        self.office.scenario("small")
        self.first = [group["group_no"] for group in replica.groups()]

    def group(self, state: str, members: int = 2) -> dict[str, Any]:
        """The newest group of 新卡申办 in that state with at least so many members."""
        groups = self.replica.groups()
        mine = [one for one in groups if one["account"] == ACCOUNT and one["business_type"] == "new_card"]
        return next(one for one in mine if one["state"] == state and len(one["members"]) >= members)

    def deciding(self) -> tuple[str, list[Fields]]:
        """The group of three on whom economies are deciding, and its members; the second has no approval."""
        group = self.group("经济体审批中", 3)
        return group["group_no"], [member["fields"] for member in group["members"]]

    def cards(self, shown: str = "有效") -> list[Fields]:
        """The holders of the unit's cards in that state, each with the card's number, as the pages list them."""
        found = [one for one in self.replica.cards() if one["account"] == ACCOUNT and one["shown"] == shown]
        return [{**one["fields"], "卡号": one["card_no"]} for one in found]

    def another_group(self, *people: dict[str, str], state: str = "经济体审批中") -> str:
        """One group of 新卡申办 more, of invented people with these values (by the names of the controls); its number."""
        number = ""
        with self.filer() as filer:
            for place, values in enumerate(people, 10 * len(self.replica.groups())):
                number = filer.save(person(place, **values), group_no=number)["group_no"]
        self.office.state(number, state)
        self.first.append(number)
        return number

    def another_card(self, **fields: str) -> Fields:
        """One card more, of an invented holder with these fields."""
        card = self.office.card(account=ACCOUNT, fields=fields)
        return {**card["fields"], "卡号": card["card_no"]}

    def filed(self) -> list[dict[str, Any]]:
        """The groups that were not there at first."""
        return [group for group in self.replica.groups() if group["group_no"] not in self.first]

    @contextmanager
    def filer(self) -> Iterator[Filer]:
        """A person of the account who sits down now: whoever sat there before is signed out."""
        filer = Filer(self.replica.address, ACCOUNT)
        with closing(filer.http):
            yield filer

    def refused(self, clerk: Clerk, application: OfPeople) -> Refused:
        """Hand in what the portal refuses before anything is typed or sent; why, and nothing was filed."""
        case = clerk.prepare(application)
        assert (case.state, (case.error or {}).get("kind")) == (CaseState.REJECTED, "PortalRefusal"), (
            case.error
        )
        assert case.error
        assert self.filed() == []
        assert case.to_sign == ()
        return Refused(*(str(case.error[part]) for part in ("message", "where", "advice")))


def no_names(error: Refused | Mapping[str, Any] | None, *people: Fields) -> None:
    """What an error tells is enough to go on with, and says of nobody who it is."""
    said = str(error)
    for one in people:
        for label in ("姓名", "身份证号", "护照号码", "卡号"):
            assert label not in one or one[label] not in said


@dataclass
class Inputs:
    """Applications for people whom the portal knows, with papers that all differ, kept in `folder`."""

    folder: Path

    def paper(self, material: str, salt: str = "") -> Attachment:
        """A scanned paper."""
        name = f"{material}{salt}.pdf".replace("/", "-")
        return Attachment(material=material, path=write_scan(self.folder / name, salt))

    def papers(self, scan: Path | None = None) -> Papers:
        """The papers of a case for a piece of a flow's work: no forms, and at most this scan of the report."""
        return Papers(self.folder, "A", lambda *_: scan)

    def passport_change(self, people: Sequence[Fields], **changes: Any) -> PassportChange:
        """New passports for these people; their group is told by its number or left to be found."""
        members = [
            {**_named(place, one), "new_passport": new_passport(700 + place)}
            for place, one in enumerate(people, 1)
        ]
        papers = ("新护照信息页", "旧护照信息页")
        return PassportChange(**self._group(members, papers, {"reason": "护照污损"}, changes))

    def early_card(self, people: Sequence[Fields], **changes: Any) -> EarlyCard:
        """Early cards for these people."""
        members = [_named(place, one) for place, one in enumerate(people, 1)]
        return EarlyCard(**self._group(members, (), {}, changes))

    def card_replacement(self, people: Sequence[Fields], **changes: Any) -> CardReplacement:
        """New cards for these holders, collected and paid at the window."""
        receipt = {"delivery": {"method": "自取"}, "payment": {"method": "窗口支付"}, "invoice": INVOICE}
        given = {"reason": "旅行卡旧卡破损", **receipt}
        return CardReplacement(**self._group(_holders(people), ("原卡正反面扫描件",), given, changes))

    def card_cancellation(self, people: Sequence[Fields], **changes: Any) -> CardCancellation:
        """An end to the cards of these holders."""
        return CardCancellation(**self._group(_holders(people), (), {"reason": "退休"}, changes))

    def _group(
        self,
        members: list[dict[str, Any]],
        papers: Sequence[str],
        given: Mapping[str, Any],
        changes: Mapping[str, Any],
    ) -> dict[str, Any]:
        """An application: `changes` take the place of what is `given`, `members` among it."""
        files = [self.paper(material) for material in papers]
        return {"key": "A", "account": ACCOUNT, "members": members, "files": files, **given, **changes}

    def of(self, kind: str, portal: Portal, *, people: int = 1) -> OfPeople:
        """An application of this business type that the portal accepts, for as many as two people."""
        if kind in ("card_replacement", "card_cancellation"):
            holders: OfPeople = getattr(self, kind)(portal.cards()[:people])
            return holders
        number, members = portal.deciding()
        group: OfPeople = getattr(self, kind)([members[2], members[0]][:people], source_group=number)
        return group

    def signed(self, application: OfPeople) -> OfPeople:
        """The same with the signed report in it, so that one run does all."""
        report = self.paper(REPORTS[application.business_type], application.members[0].id_no)
        return application.model_copy(update={"files": [*application.files, report]})


def _named(place: int, one: Fields) -> dict[str, Any]:
    return {"key": str(place), "name": one["姓名"], "id_no": one["身份证号"]}


def _holders(people: Sequence[Fields]) -> list[dict[str, Any]]:
    return [{**_named(place, one), "card_no": one.get("卡号")} for place, one in enumerate(people, 1)]


@dataclass
class Done:
    """One application from its receipt to 我的办件: the case between the runs and after, and what the portal noted."""

    clerk: Clerk
    portal: Portal
    application: OfPeople
    waiting: Case
    unsigned: Case
    case: Case
    left_by_prepare: list[dict[str, Any]]
    free_meanwhile: bool
    events: list[dict[str, Any]]

    @property
    def group(self) -> dict[str, Any]:
        """The group as the portal holds it."""
        assert self.case.group_no
        return self.portal.replica.group(self.case.group_no)

    def details(self, *kinds: str) -> list[str]:
        """What the robot's events of these kinds tell."""
        return [event["detail"] for event in self.events if event["kind"] in kinds]

    def came_from(self, address: str) -> list[str]:
        """The pages of the portal from which the robot came to an address; empty for one that was typed in."""
        home = self.portal.replica.address
        asked = [one for one in self.clerk.chromium.requests if one.address.startswith(home + address)]
        return [one.came_from.removeprefix(home).partition("?")[0] for one in asked]

    def text_of_report(self) -> str:
        """All words of the blank report that was handed out."""
        [form] = self.waiting.to_sign
        data = form.path.read_bytes()
        assert data.startswith(b"%PDF-")
        return "".join("".join(page.extract_text() for page in PdfReader(BytesIO(data)).pages).split())

    # --- what holds for each of the four types -------------------------------------------------------------------

    def is_filed_once_and_proved(self) -> None:
        """One group more than before, pressed once, with everything in it that was given, and found to be so."""
        assert outcome(self.case) == "submitted"
        assert [group["group_no"] for group in self.portal.filed()] == [self.case.group_no]
        assert (self.group["state"], self.group["business_type"]) == ("待初审", self.case.business_type)
        assert submits(self.portal.replica) == ["accepted"]
        assert self.came_from(f"/{self.case.business_type}/submit") == [f"/{self.case.business_type}/fill"]
        assert "verified" in [event.kind for event in self.clerk.events(self.case)]
        assert self.clerk.life(self.case) == [
            "received", "preparing", "awaiting_signature", "ready", "completing", "committing", "submitted",
        ]  # fmt: skip

    def waited_for_the_signature(self) -> None:
        """Nothing was left on the portal or held of it, and the blank form in the place of its scan changed nothing."""
        assert outcome(self.waiting) == "awaiting_signature"
        assert self.waiting.group_no is None
        assert self.left_by_prepare == []
        assert self.free_meanwhile
        assert outcome(self.unsigned) == "awaiting_signature: NeedsPerson: 扫描件就是未签字的空白表"
        assert self.details("login") == ["", ""]  # there was nothing to sign in for in between

    def has_the_files(self) -> None:
        """Every file lies byte for byte in its row, the signed report among them."""
        [form] = self.waiting.to_sign
        scan = self.case.folder / SIGNED_FOLDER / f"{form.path.stem}.pdf"
        given = {file.material: file.path for file in self.application.files}
        wanted = {**given, REPORTS[self.case.business_type]: scan}
        assert {file["slot"]: file["sha256"] for file in self.group["files"]} == {
            name: digest(path.read_bytes()) for name, path in wanted.items()
        }

    def handed_out_the_report(self) -> None:
        """The report was downloaded once, lies in to_sign and names the people."""
        title = REPORTS[self.case.business_type]
        assert self.details("template") == [title]
        [form] = self.waiting.to_sign
        assert (form.form, form.member_key) == (title, None)
        assert form.path == self.case.folder / "to_sign" / f"A-{title}.pdf"
        text = self.text_of_report()
        for member in self.application.members:
            assert member.name in text

    def came_by_the_menu(self) -> None:
        """Both runs went from the home page's tile over the selection page to the fill page, pressing all the way."""
        kind = self.case.business_type
        walk = [detail for detail in self.details("page") if detail.startswith((f"/{kind}", "/home"))]
        begun = [place for place, detail in enumerate(walk) if detail == f"/{kind}/fill"]
        assert len(begun) == 2  # once to prepare, once after the signature
        for place in begun:
            assert walk[place - 2 : place] == ["/home", f"/{kind}"]
        assert self.came_from(f"/{kind}/fill") == [f"/{kind}"] * 2

    def is_listed_with_its_state(self) -> None:
        """The list of this type alone, as the robot reads it, has the group with the state that it is in now."""
        number = self.case.group_no or ""
        self.portal.office.state(number, "待复审")

        async def look(flow: Flow, desk: Desk) -> tuple[Listing, Listing]:
            return await flow.list_groups(desk), await list_my_applications(desk)

        mine, all_types = self.clerk.at_desk(ACCOUNT, self.case.business_type, look)
        self.portal.office.state(number, "待初审")
        [group] = mine.groups
        assert (group.group_no, group.state, group.members) == (number, "待复审", self.case.members)
        assert group.business_type == PAGES[self.case.business_type]
        assert mine.complete
        assert len(all_types.groups) == 5  # with the scenario's own of 新卡申办


def file_whole(clerk: Clerk, portal: Portal, application: OfPeople) -> Done:
    """Hand in, prepare, be refused with the unsigned form, sign, and submit."""
    waiting = clerk.prepare(application)
    assert outcome(waiting) == "awaiting_signature"
    left = portal.filed()
    free = not clerk.chromium.open_contexts and clerk.do(
        clerk.ledger.acquire, clerk.profile.name, ACCOUNT, "somebody else", 60.0
    )
    clerk.do(clerk.ledger.release, clerk.profile.name, ACCOUNT, "somebody else")
    [form] = waiting.to_sign
    signed = waiting.folder / SIGNED_FOLDER / f"{form.path.stem}.pdf"
    signed.write_bytes(form.path.read_bytes())
    unsigned = clerk.again(waiting)
    clerk.sign(waiting)
    case = clerk.again(waiting)
    events = [event for event in portal.replica.events() if event["account"] == ACCOUNT]
    return Done(clerk, portal, application, waiting, unsigned, case, left, free, events)
