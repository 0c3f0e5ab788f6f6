"""A button is pressed if exactly one reads the words, can be used and lies on top; else nothing is pressed."""

from __future__ import annotations

import time

import pytest

from rpa.errors import PageChanged
from rpa.screen import View

from .conftest import ScreenOf
from .presses import before_each_press

PACK = {"buttons": {"save": "保存", "submit": "上报"}}
COUNT = "<script>window.pressed = []; var hit = (what) => pressed.push(what)</script>"

BUTTONS = {
    "button": "<button onclick=hit(1)>保存</button>",
    "button drawn with a space": "<button onclick=hit(1)>保 存</button>",
    "button with white space": "<button onclick=hit(1)>\n  <i></i> 保存\n</button>",
    "input": "<input type=button value='保 存' onclick=hit(1)>",
    "submit": "<form onsubmit='hit(1); return false'><input type=submit value=保存></form>",
    "link": "<a href='javascript:hit(1)'>保存</a>",
    "link without address": "<a onclick=hit(1)>保存</a>",
    "span with a hand": "<span style='cursor:pointer' onclick=hit(1)>保存</span>",
    "div listening by script": "<div id=d style='cursor:pointer'>保存</div><script>d.addEventListener('click', () => hit(1))</script>",
    "role": "<div role=button onclick=hit(1)>保存</div>",
    "nested": "<a onclick=hit(1)><span style='cursor:pointer'><em>保存</em></span></a>",
    "nested in a pressable box": "<div style='cursor:pointer;padding:8px' onclick=hit(1)><button>保存</button></div>",
    "icon beside": "<button onclick=hit(1)><svg width=10 height=10></svg><span>保存</span></button>",
    "below the fold": "<div style='height:4000px'></div><button onclick=hit(1)>保存</button><div style='height:900px'></div>",
    "in a box that scrolls": "<div style='height:60px;overflow:auto'><div style='height:800px'></div><button onclick=hit(1)>保存</button></div>",
    "under a fixed bar": "<div style='position:fixed;bottom:0;left:0;right:0;height:60px;background:#ddd'></div>"
    "<div style='height:850px'></div><button onclick=hit(1)>保存</button><div style='height:300px'></div>",
    "sliding in": "<button onclick=hit(1) id=s>保存</button><script>s.animate([{transform:'translateX(600px)'},{transform:'none'}], 300)</script>",
}


@pytest.mark.parametrize("make", BUTTONS)
def test_what_reads_the_words_is_pressed_once(screen_of: ScreenOf, make: str) -> None:
    clerk = screen_of(COUNT + BUTTONS[make], PACK)
    assert clerk.offers("save")
    clerk.press("save")
    # a link of script is followed a moment after its press
    assert clerk.js(
        "(async () => { while (!pressed.length) await new Promise(requestAnimationFrame); return pressed })()"
    ) == [1]
    assert clerk.js("Kit.presses") == [True]


NONE = {
    "longer": "<button onclick=hit(1)>全部上报</button>",
    "longer at the end": "<button onclick=hit(1)>上报并打印</button>",
    "with a number": "<button onclick=hit(1)>上报（2）</button>",
    "plain text": "<p onmousedown=hit(1)>上报</p>",
    "hidden": "<button onclick=hit(1) hidden>上报</button>",
    "transparent": "<button onclick=hit(1) style='opacity:0'>上报</button>",
    "in a folded box": "<div style='height:0;overflow:hidden'><button onclick=hit(1)>上报</button></div>",
    "only a title": "<button onclick=hit(1) title=上报>↑</button>",
}


@pytest.mark.parametrize("what", NONE)
def test_what_is_merely_alike_is_not_pressed(screen_of: ScreenOf, what: str) -> None:
    clerk = screen_of(COUNT + NONE[what], PACK, patience=0.2)
    assert not clerk.offers("submit")
    with pytest.raises(PageChanged, match="没有“上报”"):
        clerk.press("submit")
    assert clerk.js("pressed") == []


def test_of_two_alike_the_whole_words_win(screen_of: ScreenOf) -> None:
    clerk = screen_of(
        COUNT + "<button onclick=hit(0)>全部上报</button><button onclick=hit(1)>上报</button>", PACK
    )
    clerk.press("submit")
    assert clerk.js("pressed") == [1]


def test_two_equal_buttons_press_nothing(screen_of: ScreenOf) -> None:
    clerk = screen_of(COUNT + "<button onclick=hit(1)>上报</button><a onclick=hit(2)>上 报</a>", PACK)
    with pytest.raises(PageChanged, match="2 个“上报”"):
        clerk.press("submit")
    assert clerk.js("pressed") == []


def test_two_aliases_on_one_page_press_nothing(screen_of: ScreenOf) -> None:
    clerk = screen_of(
        COUNT + "<button onclick=hit(1)>上报</button><button onclick=hit(2)>提交</button>",
        {"buttons": {"submit": ["上报", "提交"]}},
    )
    with pytest.raises(PageChanged, match="2 个“上报”"):
        clerk.press("submit")
    assert clerk.js("pressed") == []


UNUSABLE = {
    "attribute": "<button disabled>保存</button>",
    "aria": "<a aria-disabled=true onclick=hit(1)>保存</a>",
    "class": "<a class='layui-btn layui-btn-disabled' onclick=hit(1)>保存</a>",
    "class of the parent": "<div class=is-disabled><span style='cursor:pointer' onclick=hit(1)>保存</span></div>",
    "disabled fields": "<fieldset disabled><button onclick=hit(1)>保存</button></fieldset>",
    "no pointer": "<a style='pointer-events:none' onclick=hit(1)>保存</a>",
}


@pytest.mark.parametrize("how", UNUSABLE)
def test_a_button_that_cannot_be_used_is_not_pressed(screen_of: ScreenOf, how: str) -> None:
    clerk = screen_of(COUNT + UNUSABLE[how], PACK, patience=0.2)
    with pytest.raises(PageChanged, match="不可用"):
        clerk.press("save")
    assert clerk.js("pressed.concat(Kit.presses)") == []


def test_a_button_whose_class_only_begins_like_that_is_usable(screen_of: ScreenOf) -> None:
    clerk = screen_of(
        COUNT + "<div class=form-not-disabledish><button onclick=hit(1)>保存</button></div>", PACK
    )
    clerk.press("save")
    assert clerk.js("pressed") == [1]


def test_a_button_that_becomes_usable_is_waited_for(screen_of: ScreenOf) -> None:
    clerk = screen_of(
        COUNT
        + "<button id=b disabled onclick=hit(1)>保存</button><script>setTimeout(() => b.disabled = false, 300)</script>",
        PACK,
    )
    clerk.press("save")
    assert clerk.js("pressed") == [1]


def test_a_button_that_comes_later_is_waited_for(screen_of: ScreenOf) -> None:
    late = "setTimeout(() => place.innerHTML = '<button onclick=hit(1)>保存</button>', 300)"
    clerk = screen_of(COUNT + f"<div id=place></div><script>{late}</script>", PACK)
    clerk.press("save")
    assert clerk.js("pressed") == [1]


def test_a_button_beneath_something_else_is_not_pressed(screen_of: ScreenOf) -> None:
    cover = (
        "<div onclick=hit(0) style='position:fixed;left:0;top:0;width:300px;bottom:0;background:#eee'></div>"
    )
    clerk = screen_of(COUNT + "<button onclick=hit(1)>保存</button>" + cover, PACK, patience=0.2)
    with pytest.raises(PageChanged, match="被遮挡"):
        clerk.press("save")
    assert clerk.js("pressed") == []


def test_a_loading_shade_is_waited_for(screen_of: ScreenOf) -> None:
    shade = "<div id=s style='position:fixed;inset:0;background:#fff8;z-index:9'></div><script>setTimeout(() => s.remove(), 300)</script>"
    clerk = screen_of(COUNT + "<button onclick=hit(1)>保存</button>" + shade, PACK)
    clerk.press("save")
    assert clerk.js("pressed") == [1]


SHADE = "<div style='position:fixed;inset:0;background:#0008;z-index:10'></div>"
LAYER = "<div style='position:fixed;left:300px;top:200px;z-index:11;background:#fff;padding:20px'><p>提示</p>{}</div>"


def test_only_the_open_layer_is_searched(screen_of: ScreenOf) -> None:
    page = "<button onclick=hit(0)>保存</button>"
    clerk = screen_of(COUNT + page + SHADE + LAYER.format("<a onclick=hit(1)>保存</a>"), PACK)
    clerk.press("save")
    assert clerk.js("pressed") == [1]


def test_a_button_under_the_shade_is_never_pressed(screen_of: ScreenOf) -> None:
    page = "<button onclick=hit(0)>保存</button>"
    clerk = screen_of(COUNT + page + SHADE + LAYER.format("<a onclick=hit(1)>关闭</a>"), PACK, patience=0.2)
    assert not clerk.offers("save")
    with pytest.raises(PageChanged):
        clerk.press("save")
    assert clerk.js("pressed") == []


TILES = "".join(
    f"<div class=tile><h4>{name}</h4><p>说明</p><button onclick=hit('{name}')>进入</button></div>"
    for name in ("商务旅行卡", "领事认证", "商务旅行卡注销")
)


def test_within_tells_equal_buttons_apart_by_their_heading(screen_of: ScreenOf) -> None:
    clerk = screen_of(COUNT + TILES, {"buttons": {"enter": {"text": "进入", "within": "商务旅行卡"}}})
    clerk.press("enter")
    assert clerk.js("pressed") == ["商务旅行卡"]


def test_within_a_heading_that_is_not_there_presses_nothing(screen_of: ScreenOf) -> None:
    clerk = screen_of(
        COUNT + TILES, {"buttons": {"enter": {"text": "进入", "within": "因公护照"}}}, patience=0.2
    )
    with pytest.raises(PageChanged):
        clerk.press("enter")
    assert clerk.js("pressed") == []


def test_words_from_data_are_pressed_by_their_whole_text(screen_of: ScreenOf) -> None:
    clerk = screen_of(COUNT + "<a onclick=hit(1)>APEC2026-1</a><a onclick=hit(2)>APEC2026-11</a>")
    clerk.press_text("APEC2026-1")
    assert clerk.js("pressed") == [1]


def test_the_next_candidate_is_tried_where_the_first_is_missing(screen_of: ScreenOf) -> None:
    buttons = {"save": [{"text": "存盘"}, {"role": "button", "name": "保存"}, {"css": ".save"}]}
    clerk = screen_of(COUNT + "<button aria-label=保存 onclick=hit(1)>💾</button>", {"buttons": buttons})
    clerk.press("save")
    assert clerk.js("pressed") == [1]


def test_a_selector_that_finds_two_presses_nothing(screen_of: ScreenOf) -> None:
    clerk = screen_of(
        COUNT + "<button class=save onclick=hit(1)>一</button><button class=save onclick=hit(2)>二</button>",
        {"buttons": {"save": {"css": ".save"}}},
    )
    with pytest.raises(PageChanged, match="2 个"):
        clerk.press("save")
    assert clerk.js("pressed") == []


def test_a_selector_reaches_nothing_beneath_a_layer(screen_of: ScreenOf) -> None:
    page = "<button class=save onclick=hit(0)>保存</button>"
    clerk = screen_of(
        COUNT + page + SHADE + LAYER.format("<a onclick=1>关闭</a>"),
        {"buttons": {"save": {"css": ".save"}}},
        patience=0.2,
    )
    with pytest.raises(PageChanged):
        clerk.press("save")
    assert clerk.js("pressed") == []


def test_a_button_inside_a_frame_is_pressed_at_its_place(screen_of: ScreenOf) -> None:
    frame = "<iframe style='margin:120px 0 0 240px;width:400px;height:200px' srcdoc=\"<button onclick='parent.hit(1)'>保存</button>\"></iframe>"
    clerk = screen_of(COUNT + frame, PACK)
    clerk.screen.view.frame = clerk.page.frames[1]
    clerk.press("save")
    assert clerk.js("pressed") == [1]


def test_what_must_be_read_is_scrolled_to_its_end(screen_of: ScreenOf) -> None:
    html = (
        "<div id=n style='height:200px;overflow:auto' onscroll='b.disabled = n.scrollTop + n.clientHeight < n.scrollHeight - 2'>"
        "<div style='height:3000px'>办理须知</div></div><button id=b disabled onclick=hit(1)>保存</button>"
    )
    clerk = screen_of(COUNT + html, PACK)
    clerk.read_to_end()
    clerk.press("save")
    assert clerk.js("pressed") == [1]


MOVING = (
    "<button id=right onclick=hit('right') style='position:absolute;top:40px;left:40px'>保存</button>"
    "<script>var moves = 0; const move = () => { const old = right.style.top; right.style.top = `${40 + 60 * ++moves}px`;"
    " const wrong = document.body.appendChild(document.createElement('button')); wrong.textContent = '全部删除';"
    " wrong.onmousedown = wrong.onclick = () => hit('wrong'); wrong.style.cssText = `position:absolute;left:40px;top:${old}` }</script>"
)


@pytest.mark.parametrize("times", [1, 100])
def test_a_button_that_moves_away_under_the_mouse_gives_no_other_the_press(
    screen_of: ScreenOf, monkeypatch: pytest.MonkeyPatch, times: int
) -> None:
    clerk = screen_of(COUNT + MOVING, PACK)

    async def late(view: View, _point: list[float]) -> None:
        await view.frame.evaluate("times => moves < times && move()", times)

    before_each_press(monkeypatch, late)
    if times == 1:
        clerk.press("save")  # aimed anew
        assert clerk.js("pressed") == ["right"]
    else:
        with pytest.raises(PageChanged):
            clerk.press("save")
        assert clerk.js("pressed") == []


def test_after_a_press_that_took_the_button_away_other_controls_can_be_used(screen_of: ScreenOf) -> None:
    html = (
        "<button onmousedown='hit(1); this.remove()'>保存</button>"
        "<div><label>性别</label><label><input type=radio name=s>男</label></div>"
    )
    clerk = screen_of(COUNT + html, {**PACK, "fields": {"sex": "性别"}})
    clerk.press("save")
    clerk.fill({"sex": "男"})
    assert clerk.js("pressed") == [1]


def test_what_turns_without_end_can_be_pressed(screen_of: ScreenOf) -> None:
    spin = (
        "<style>@keyframes turn { to { transform: rotate(1turn) } } b { animation: turn 1s infinite }</style>"
    )
    clerk = screen_of(
        COUNT + spin + "<b style='display:inline-block'><button onclick=hit(1)>保存</button></b>",
        PACK,
        patience=1,
    )
    clerk.press("save")
    assert clerk.js("pressed") == [1]


IN_A_LAYER = (
    "<div style='position:fixed;inset:0;background:#0008'></div>"
    "<div id=layer style='position:fixed;left:100px;top:100px;width:400px;background:#fff'>"
    "<iframe style='width:300px;height:100px' srcdoc=\"<button onclick='parent.hit(1); parent.layer.remove()'>保存</button>\"></iframe>"
    "<p><a onclick=hit('wrong') style='cursor:pointer'>取消</a></p></div>"
)


def test_a_press_that_takes_its_own_frame_away_is_known_to_be_made(screen_of: ScreenOf) -> None:
    clerk = screen_of(COUNT + IN_A_LAYER, PACK)
    started = time.monotonic()
    clerk.press("save")
    assert clerk.js("pressed") == [1]
    assert time.monotonic() - started < 5


def test_a_layer_that_moves_away_with_its_frame_gives_nothing_else_the_press(
    screen_of: ScreenOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    clerk = screen_of(COUNT + IN_A_LAYER, PACK)

    async def late(view: View, point: list[float]) -> None:
        # 取消 comes to lie where 保存 was
        await view.frame.evaluate(
            "([x, y]) => { if (window.moved) return; window.moved = true; const a = document.querySelector('a').getBoundingClientRect();"
            " layer.style.left = `${100 + x - a.x - 3}px`; layer.style.top = `${100 + y - a.y - 3}px` }",
            point,
        )

    before_each_press(monkeypatch, late)
    clerk.press("save")
    assert clerk.js("pressed") == [1]
