"""One screen of the portal, as a flow uses it: fill, read, press, upload, wait; all in the pack's words."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from rpa.errors import PageChanged, PortalFault, PortalRefusal, YwtbError
from rpa.screen import form, uploads
from rpa.screen.cards import Card, as_list, read_cards
from rpa.screen.pack import Candidate, Element, Pack, ScreenPack
from rpa.screen.script import Navigated
from rpa.screen.signs import Signs
from rpa.screen.table import Fact, Row, Table, as_listing, read_facts, read_tables
from rpa.screen.view import AIMS, Missed, View
from rpa.screen.words import fold

__all__ = ["Screen"]

_WENT_WELL = re.compile("成功|完成")
_MOST_PAGES = 20  # that one press may lead through
_SAID_MS = 500  # a page that lacks something says by then why


@dataclass
class Screen:
    """A screen that stands before the clerk. Every method speaks of elements by their key in the pack."""

    view: View
    pack: Pack
    words: ScreenPack
    signs: Signs = field(default_factory=Signs)
    upload_words: uploads.Words = field(default_factory=uploads.Words)
    uploads_at_once: int = 1
    upload_seconds: float = 180.0
    heard: str = ""

    @property
    def name(self) -> str:
        """``pack.screen``, as flows and evidence call it."""
        return self.words.name

    @property
    def title(self) -> str:
        """What people call this screen; errors say it."""
        return self.words.title or self.name

    # --- the form -------------------------------------------------------------------------------------------------

    async def fill(self, values: Mapping[str, form.Value]) -> None:
        """Set fields and prove them; see :func:`rpa.screen.form.fill`."""
        await form.fill(self.view, self.pack, self.words, values)

    async def read(self, keys: Iterable[str] | None = None) -> dict[str, str]:
        """What the fields show now, in one round trip; a field that is not on the page is left out."""
        return await form.read_fields(self.view, self.pack, self.words, list(keys or self.words.fields))

    async def differences(self, values: Mapping[str, form.Value]) -> list[str]:
        """The words of every field whose shown value is not the given one, or that is missing though a value is given."""
        shown = await self.read(values)
        return [
            self.words.fields[key].title
            for key, value in values.items()
            if not form.same(value, shown.get(key, ""))
        ]

    async def controls(self) -> list[form.Control]:
        """The whole form map of the page, pack or no pack."""
        return await form.read_controls(self.view)

    # --- buttons --------------------------------------------------------------------------------------------------

    async def press(self, key: str) -> None:
        """Press a button of the pack: exactly one visible, usable match on the open layer or page, or an error."""
        await self.press_element(self.words.buttons[key])

    async def press_text(self, text: str, *, within: str = "") -> None:
        """Press what reads exactly `text`, for words that come from data (a tile, a link)."""
        await self.press_element(Element(text, (Candidate(texts=(text,)),), within=within))

    async def press_element(self, element: Element) -> None:
        """See :meth:`press`. Nothing is pressed unless it is the only one, lies on top and is enabled."""
        await self._press(element, self.view.hit)

    async def _press(
        self, element: Element, hit: Callable[[list[float]], Awaitable[bool]], *, turns: bool = False
    ) -> None:
        await self.view.pace.keep()
        mark = True
        for number, candidate in enumerate(element.candidates):
            seconds = self.view.patience if candidate is element.candidates[-1] else 0.2
            for _ in range(AIMS):
                point, read = await self._point(element, candidate, seconds, mark=mark, turns=turns)
                mark = False
                if point is None:
                    break
                if await hit(point):
                    self.pack.note(self.name, element, number, read)
                    return
        said = await self.trouble()  # a fault may lie over the page by now; other words explain nothing
        changed = PageChanged(f"页面上没有“{element.title}”", where=self.title)
        raise changed if said is None or isinstance(said, PortalRefusal) else said

    async def _point(
        self, element: Element, candidate: Candidate, seconds: float, *, mark: bool, turns: bool
    ) -> tuple[list[float] | None, str]:
        """Where to press and what that reads, if it was found by its words; with `mark` the time is noted first, in the same question where that can be.

        What `turns` the page of a list is found on a pager without words too, and unusable on the last page.
        """
        unusable = "已是最后一页，没有“{}”可点击" if turns else "“{}”不可用"
        if candidate.css or candidate.role:
            if mark:
                self.view.since = await self.view.call("mark")
            if candidate.css:
                locator = self.view.frame.locator(candidate.css)
            else:
                locator = self.view.frame.get_by_role(candidate.role, name=candidate.name, exact=True)  # type: ignore[arg-type]
            refs = await locator.evaluate_all(
                "elements => elements.filter(e => window.__ywtb.visible(e)).map(e => window.__ywtb.ref(e))"
            )
            if len(refs) > 1:
                raise PageChanged(f"页面上有 {len(refs)} 个“{element.title}”，没有点击", where=self.title)
            found: list[float] | None = (
                await self.view.call("pressRef", [refs[0], seconds * 1000]) if refs else None
            )
            if refs and found is None and await self.view.call("isDisabled", refs[0]):
                raise PageChanged(unusable.format(element.title), where=self.title)
            return found, ""
        ask = [list(candidate.texts), element.within, seconds * 1000, turns]
        answer = await self.view.call("markedPress" if mark else "press", ask)
        if mark:
            self.view.since = answer["since"]
        if answer["count"] > 1:
            raise PageChanged(f"页面上有 {answer['count']} 个“{element.title}”，没有点击", where=self.title)
        if answer.get("disabled"):
            raise PageChanged(unusable.format(element.title), where=self.title)
        if answer.get("covered"):
            raise PageChanged(f"“{element.title}”被遮挡，没有点击", where=self.title)
        return answer.get("point"), answer.get("read", "")

    async def read_to_end(self) -> None:
        """Scroll every box of the page to its end, as reading it does."""
        await self.view.pace.keep()
        await self.view.call("readToEnd")

    async def offers(self, key: str) -> bool:
        """Whether a button of the pack can be seen now."""
        element = self.words.buttons[key]
        answer = await self.view.call("press", [list(element.texts), element.within, 0])
        return bool(answer["count"])

    # --- what happens then ----------------------------------------------------------------------------------------

    async def await_message(self, *keys: str) -> tuple[str, str]:
        """Wait until the portal says one of these messages of the pack since the last press; give its key and its words.

        A layer that says anything else is a refusal: :class:`~rpa.errors.PortalRefusal` with the portal's words.
        """
        return await self.await_standing(messages={key: self.words.messages[key] for key in keys})

    async def await_screen(self, *screens: ScreenPack) -> str:
        """Wait until one of these screens stands before us; give its name. Refusals as in :meth:`await_message`."""
        name, _ = await self.await_standing(landmarks={screen.name: screen.landmarks for screen in screens})
        return name

    async def stands(self) -> bool:
        """Whether this screen is before us now, without waiting."""
        ask = {"landmarks": {self.name: list(self.words.landmarks)}, "since": self.view.since}
        return bool(await self.view.call("standing", ask))

    async def await_screen_or_message(
        self, screens: Sequence[str], messages: Sequence[str]
    ) -> tuple[str, str]:
        """Wait for one of these screens (by name) or of this screen's messages, whichever comes first."""
        return await self.await_standing(
            landmarks={name: self.pack.screen(name).landmarks for name in screens},
            messages={key: self.words.messages[key] for key in messages},
        )

    async def await_changed(self, key: str, value: str) -> None:
        """Wait until a field no longer shows `value`: the same screen now stands before us for the next one."""
        labels = self.words.fields[key].texts
        await self.await_standing(changed={"labels": list(labels), "value": value})

    async def await_standing(
        self,
        *,
        landmarks: Mapping[str, Sequence[str]] | None = None,
        messages: Mapping[str, Sequence[str]] | None = None,
        changed: Mapping[str, object] | None = None,
    ) -> tuple[str, str]:
        """Wait for a landmark or a message, whichever comes first; give its name and what was said.

        Raises what :class:`Signs` means by a sign, :class:`~rpa.errors.PortalRefusal` for any other layer or toast,
        and :class:`~rpa.errors.PageChanged` when nothing of the kind appears in time.
        """
        landmarks, messages = landmarks or {}, messages or {}
        ask = self._ask(landmarks, messages) | {"toasts": bool(messages), "changed": changed}
        standing = None
        for _ in range(_MOST_PAGES):
            try:
                standing = await self.view.call("await", [ask, self.view.patience * 1000])
                break
            except Navigated:
                continue
        if standing is None:
            awaited = "、".join(
                [text for texts in [*landmarks.values(), *messages.values()] for text in texts]
            )
            raise await self._refused_instead(ask) or PageChanged(
                f"等不到页面出现：{awaited or '下一页内容'}", where=self.title
            )
        if error := self._meant(standing):
            raise error
        return standing["name"], standing["text"]

    def _ask(
        self, landmarks: Mapping[str, Sequence[str]], messages: Mapping[str, Sequence[str]]
    ) -> dict[str, object]:
        # A sign with the words of what is waited for is no sign: on the login page the login page is right.
        expected = {text for texts in landmarks.values() for text in texts} | set(self.words.landmarks)
        # The login page may go on telling why it is there.
        here = {name for name, texts in self.signs.landmarks.items() if expected & set(texts)}
        signs = {name: parts for name, parts in self.signs.patterns.items() if name not in here}
        marks = {name: list(texts) for name, texts in self.signs.landmarks.items() if name not in here}
        return {
            "landmarks": _lists(landmarks),
            "messages": _lists(messages),
            "signs": _lists(signs),
            "signMarks": marks,
            "since": self.view.since,
            "layers": True,
        }

    def _meant(self, standing: Mapping[str, str]) -> YwtbError | None:
        if standing["kind"] == "sign":
            return self.signs.error(standing["name"], standing["words"], self.title)
        if standing["kind"] == "refusal":
            return self.signs.refusal(standing["words"], self.title)
        return None

    async def trouble(self) -> YwtbError | None:
        """What the portal says in the place of something that should be on the page; None when it says nothing."""
        try:
            said = await self.view.call("await", [self._ask({}, {}) | {"toasts": True}, _SAID_MS])
        except Navigated:
            return PortalFault("页面意外跳转", where=self.title)
        return self._meant(said) if said else None

    async def _refused_instead(self, ask: Mapping[str, object]) -> YwtbError | None:
        """Where a screen never came: the refusal that the portal told in passing or as a page of its own.

        Asked only when the wait is over, because on the way to a screen a toast may well say that all went well.
        """
        said = await self.view.call("standing", {**ask, "toasts": True})
        if said and said["kind"] == "refusal" and not _WENT_WELL.search(said["words"]):
            return self.signs.refusal(said["words"], self.title)
        page = self.pack.screens.get("common.refused")
        if page is None or not await self.says(page.landmarks):
            return None
        words = page.find("words", await self.lines())
        return self.signs.refusal(words, self.title) if words else None

    async def close_layer(self, key: str = "confirm") -> None:
        """Press a button of the open layer and wait until the layer is gone."""
        await self.press(key)
        await self.view.call("layerGone", self.view.patience * 1000)

    # --- lists of stored entries ---------------------------------------------------------------------------------

    async def cards(self, key: str) -> list[Card]:
        """The entries of a list of the pack (``cards: {key: {text: 修改, section: …}}``); see :func:`~rpa.screen.cards.as_list`."""
        return await read_cards(self.view, self.words.cards[key])

    def inside(self, card: Card) -> Screen:
        """This screen as far as it is inside one entry: its fields are those of that entry alone."""
        return replace(self, view=replace(self.view, part=card.ref))

    async def choose_card(self, card: Card) -> None:
        """Press an entry's choice (or the entry itself, where it has none), unless it is the chosen one."""
        if not card.chosen:
            await self.view.press_ref(card.choice, "选用")

    async def press_on_card(self, card: Card, *texts: str) -> None:
        """Press what reads exactly one of `texts` on an entry."""
        ref = await self.view.call("buttonIn", [card.ref, texts])
        if ref is None:
            raise PageChanged(f"该条目没有“{texts[0]}”", where=self.title)
        await self.view.press_ref(ref, texts[0])

    async def mark_cards(self, key: str) -> str:
        """What the list is like now, for :meth:`await_other_cards`."""
        return str(await self.view.call("cardsMark", as_list(self.words.cards[key])))

    async def await_other_cards(self, key: str, before: str) -> None:
        """Wait until the list has been drawn anew and no layer is open; a layer that refuses is a refusal."""
        ask = [as_list(self.words.cards[key]), before, 500]
        waited = 0.0
        while not await self.view.call("cardsOther", ask):
            waited += 0.5
            said = await self.view.call(
                "standing", {"since": self.view.since, "layers": True, "toasts": True}
            )
            if said:
                raise self.signs.refusal(said["words"], self.title)
            if waited > self.view.patience:
                raise PortalFault("页面没有显示改动后的列表", where=self.title)

    # --- tables, uploads, files -----------------------------------------------------------------------------------

    async def table(self, key: str) -> Table:
        """The one table of the pack that is on the page, read in one round trip."""
        found = await self.tables(key)
        if len(found) != 1:
            raise await self._not_one(key, found)
        return found[0]

    async def _not_one(self, key: str, found: Sequence[Table]) -> YwtbError:
        headings = "、".join(self.words.tables[key])
        return await self.trouble() or PageChanged(
            f"页面上应有一个“{headings}”表格，实际 {len(found)} 个", where=self.title
        )

    async def tables(self, key: str) -> list[Table]:
        """All tables on the page with the headings of the pack."""
        return await read_tables(self.view, self.words.tables[key])

    async def listing(self, key: str) -> Table:
        """The one table of a list and, in `heard`, all words of the page (totals, page numbers): one round trip."""
        return await self._listing(key, await self.view.call("listing", self._next_page))

    async def _listing(self, key: str, answer: Mapping[str, Any]) -> Table:
        found, self.heard = as_listing(self.view, answer, self.words.tables[key])
        if len(found) != 1:
            raise await self._not_one(key, found)
        return found[0]

    async def turn_page(self, number: str) -> None:
        """Press 下一页 and wait until the page number is no longer `number`.

        Where the page's words have no number as the pack has it (its pattern ``page``), that of the list's pager counts:
        it must then be the next one, and the rows of its table must be others.
        """
        await self._turn("pageTurned", number)

    async def next_listing(self, key: str, number: str) -> Table:
        """Press 下一页 as :meth:`turn_page` does, and read the list as :meth:`listing` does, once it has turned."""
        return await self._listing(key, await self._turn("nextListing", number, self._next_page))

    @property
    def _next_page(self) -> list[object]:
        button = self.words.buttons.get("next_page")
        return [*([list(button.candidates[0].texts), button.within] if button else [[], ""]), self._page]

    @property
    def _page(self) -> str:
        return self.words.patterns.get("page", ("",))[0]

    async def _turn(self, then: str, number: str, *more: object) -> Any:
        """Press 下一页 and ask the page script what `then` came of it: both are sent at once."""
        answers: list[Any] = []
        button, ahead, leaf = self.words.buttons["next_page"], self.view.ahead, self.view.leaf
        if not ahead:
            leaf = await self.view.call("leaf", self._page)
        self._know(leaf, number)
        turned = [self._page, number, self.view.patience * 1000, leaf]
        ask = [turned, *more] if more else turned

        async def hit(point: list[float]) -> bool:
            try:
                answers.append(await self.view.press_and(point, then, ask))
            except Missed:
                return False
            except Navigated:  # each page of the list is a page of the portal
                answers.append(await self._on_the_next(then, ask))
            return True

        if ahead:
            await self.view.pace.keep()
        if ahead and await hit(ahead):
            self.pack.note(self.name, button, 0, "")
        else:
            await self._press(button, hit, turns=True)
        if not answers[0]:
            said = await self.trouble()
            unturned = PortalFault("翻页后列表没有更新", where=self.title)
            raise unturned if said is None or isinstance(said, PortalRefusal) else said
        return answers[0]

    async def _on_the_next(self, question: str, ask: object) -> Any:
        """Ask the page that comes to stand, however many lie on the way to it."""
        for _ in range(_MOST_PAGES):
            with suppress(Navigated):
                return await self.view.call(question, ask)
        raise Navigated

    def _know(self, leaf: Mapping[str, str | None] | None, number: str) -> None:
        """Whether it will be seen that the page has turned; one that may not be seen is not pressed."""
        if leaf is None:
            return  # the page's own words tell
        if leaf["number"] is None and not self._page:
            raise PageChanged("列表没有页码，无法确认是否已翻页", where=self.title)
        if leaf["number"] not in (None, number):
            raise PageChanged(f"列表显示的不是第 {number} 页，没有翻页", where=self.title)

    async def facts(self) -> list[Fact]:
        """Every label-value pair of the page."""
        return await read_facts(self.view)

    async def press_in_row(self, row: Row, text: str) -> None:
        """Press what reads exactly `text` inside one row of a table."""
        ref = await self.view.call("buttonIn", [row.ref, [text]])
        if ref is None:
            raise PageChanged(f"该行没有“{text}”", where=self.title)
        await self.view.press_ref(ref, text)

    def _materials(self, keys: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """Names by key; a key the pack does not have is the name of a free attachment itself."""
        return {key: self.words.uploads[key].texts if key in self.words.uploads else (key,) for key in keys}

    def materials(self, keys: Iterable[str]) -> set[str]:
        """All the names under which these materials may stand on the page."""
        return {name for names in self._materials(keys).values() for name in names}

    async def upload_rows(self, keys: Iterable[str]) -> dict[str, uploads.UploadRow]:
        """The upload rows of these materials that are on the page."""
        return await uploads.read_rows(self.view, self._materials(keys), self.upload_words)

    async def upload(self, files: Mapping[str, Path]) -> None:
        """Give these materials their files and wait for each row's sign; see :func:`rpa.screen.uploads.upload`."""
        try:
            await uploads.upload(
                self.view,
                self._materials(files),
                files,
                self.upload_words,
                at_once=self.uploads_at_once,
                seconds=self.upload_seconds,
            )
        except PortalRefusal as refusal:
            raise self.signs.refusal(refusal.message, refusal.where) from None

    async def press_on(self, row: uploads.UploadRow, word: str) -> None:
        """Press a button of an upload row."""
        if word not in row.buttons:
            raise PageChanged(f"“{row.material}”没有“{word}”", where=self.title)
        await self.view.press_ref(row.buttons[word], f"{row.material} {word}")

    async def remove_file(self, key: str, questions: Sequence[str]) -> None:
        """Press 删除 of a material's row, answer the portal's question (one of `questions`), wait until it is gone."""
        names = list(self._materials([key])[key])
        row = (await self.upload_rows([key])).get(key)
        if row is None or not row.filled:
            raise PageChanged(f"“{names[0]}”没有可删除的文件", where=self.title)
        await self.press_on(row, row.words.delete)
        answer = await self._emptied(row, names)
        if answer and "said" in answer:
            if not any(fold(question) in fold(answer["said"]) for question in questions):
                raise self.signs.refusal(answer["said"], names[0])
            await self.press("confirm")
            answer = await self._emptied(row, names)
        if answer and "said" in answer:
            raise self.signs.refusal(answer["said"], names[0])
        if not answer:
            raise PortalFault(f"删除后“{names[0]}”仍显示有文件", where=self.title)

    async def _emptied(self, row: uploads.UploadRow, names: Sequence[str]) -> dict[str, str] | None:
        view, words = self.view, row.words
        ask = [row.ref, list(names), words.preview, words.all, view.since, view.patience * 1000]
        answer: dict[str, str] | None = await view.call("emptied", ask)
        return answer

    async def says(self, texts: Sequence[str]) -> bool:
        """Whether any of these whole texts can be seen on the layer or page now."""
        return bool(await self.view.call("has", list(texts)))

    async def lines(self) -> str:
        """All words of the layer or page, folded into one line."""
        return str(await self.view.call("lines"))


def _lists(texts: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    return {name: list(values) for name, values in texts.items()}
