"""What drawn selects offer is read by opening them: nothing is chosen, and everything is shut again."""

from __future__ import annotations

import json

import pytest

from rpa.screen import Control
from rpa.screen.survey import is_unread, read_options, survey

from .clerk import Clerk
from .conftest import ScreenOf

WORDS = ["北海", "桂林", "南宁"]


def _kit(**options: object) -> str:
    told = json.dumps({"name": "x", "options": WORDS, **options})
    return f"<h3>办理地点</h3><div class=row><label>城市</label><i data-select='{told}'></i></div>"


def _by_hand(shuts: str, drawn: str = "") -> str:
    """A select whose list hangs at the end of the page and is shut by what `shuts` says."""
    return f"""<h3>办理地点</h3><div class=row><label>城市</label><span class=x-select><input id=box readonly></span></div>
<script>
  const list = document.createElement("ul");
  list.style.cssText = "display:none;position:absolute;top:200px;background:#fff;z-index:50;height:60px;overflow-y:auto;width:90px";
  document.body.append(list);
  const texts = {json.dumps(WORDS, ensure_ascii=False)};
  const draw = () => list.replaceChildren(...texts.map((text) => {{
    const item = document.createElement("li");
    item.textContent = text;
    item.onclick = () => (box.value = text);
    return item;
  }}));
  draw();
  const shut = () => (list.style.display = "none");
  box.addEventListener("click", () => {{ if (list.style.display === "block" && {json.dumps(shuts == "press")}) shut(); else list.style.display = "block"; }});
  addEventListener("keydown", (event) => event.key === "Escape" && {json.dumps(shuts == "key")} && shut());
  {drawn}
</script>"""


# only what is in view is drawn, as lists of many entries are in some toolkits
ONLY_WHAT_IS_SEEN = """
  texts.splice(0, texts.length, ...Array.from({ length: 40 }, (_, at) => `城市${at}`));
  const holder = document.createElement("div");
  holder.style.height = "800px";
  const part = () => {
    const first = Math.floor(list.scrollTop / 20);
    holder.replaceChildren(...texts.slice(first, first + 4).map((text, at) => {
      const item = document.createElement("li");
      item.textContent = text;
      item.style.cssText = `position:absolute;height:20px;top:${(first + at) * 20}px`;
      return item;
    }));
  };
  list.style.listStyle = "none";
  list.replaceChildren(holder);
  list.addEventListener("scroll", part);
  part();
"""


def _read(clerk: Clerk) -> list[tuple[str, ...]]:
    view = clerk.screen.view

    async def read() -> list[tuple[str, ...]]:
        seen = await survey(view)
        return await read_options(view, [one for one in seen.controls if is_unread(one)])

    found: list[tuple[str, ...]] = clerk.run(read)
    return found


@pytest.mark.parametrize(
    "page",
    [_kit(), _kit(at="item", animated=True), _by_hand("key"), _by_hand("press")],
    ids=["looking away", "animated", "escape", "another press"],
)
def test_a_list_is_opened_read_and_shut(screen_of: ScreenOf, page: str) -> None:
    clerk = screen_of(page)
    before = clerk.controls()
    assert _read(clerk) == [tuple(WORDS)]
    assert clerk.controls() == before
    assert not clerk.js(
        "[...document.querySelectorAll('li')].some((li) => li.checkVisibility() && li.clientHeight)"
    )


def test_a_list_that_is_drawn_as_far_as_it_is_scrolled_is_read_to_its_end(screen_of: ScreenOf) -> None:
    clerk = screen_of(_by_hand("key", ONLY_WHAT_IS_SEEN))
    [options] = _read(clerk)
    assert list(options) == [f"城市{number}" for number in range(40)]


def test_a_list_in_a_layer_leaves_the_layer_open(screen_of: ScreenOf) -> None:
    clerk = screen_of(
        "<script>addEventListener('load', () => { const shut = Kit.layer({ make: 'element', title: '新增地址', html: "
        f"{json.dumps(_kit(at='item'))} }}); addEventListener('keydown', (e) => e.key === 'Escape' && shut()); }});</script>"
    )
    clerk.wait("document.querySelector('.el-message-box input')")
    assert _read(clerk) == [tuple(WORDS)]
    assert clerk.js("Boolean(document.querySelector('.el-message-box'))")


def test_what_opens_nothing_is_told_as_not_seen(screen_of: ScreenOf) -> None:
    assert _read(screen_of(_kit(search=True))) == [()]


def test_a_control_that_cannot_be_used_is_not_pressed(screen_of: ScreenOf) -> None:
    clerk = screen_of(_by_hand("key"))
    clerk.js("() => { box.disabled = true; box.dataset.pressed = ''; }")
    [control] = [one for one in clerk.controls() if isinstance(one, Control)]
    assert not control.enabled
    assert _read(clerk) == [()]
