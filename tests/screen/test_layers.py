"""What the portal says after a press is heard: layers, passing messages, native questions, and pages that mean trouble."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Event, Timer

import pytest

from rpa.browser.dialogs import Dialogs
from rpa.errors import NeedsPerson, PageChanged, PortalFault, PortalRefusal, SignInLost, YwtbError
from rpa.screen import Signs, view
from rpa.screen.script import call

from .clerk import Clerk
from .conftest import ScreenOf
from .site import Answer, Site, page

MAKES = ["layui", "element", "easyui"]
PACK = {
    "landmarks": ["成员信息"],
    "fields": {"name": "姓名"},
    "buttons": {"go": "保存", "confirm": "确定", "cancel": "取消"},
    "messages": {"saved": ["暂存成功"], "sure": ["确定上报"], "done": ["已上报"]},
}
SIGNS = Signs(
    {
        "signed_out": ("登录已过期", "请重新登录"),
        "busy": ("系统繁忙",),
        "stopped": ("系统维护",),
        "captcha": ("请按住滑块", "请输入验证码"),
    },
    {"signed_out": ("用户登录",)},
)


def _page(act: str, more: str = "") -> str:
    return f'<h2>成员信息</h2><button onclick="{act}">保存</button>{more}'


def _layer(make: str, words: str, buttons: str = "[['确定']]", **more: int) -> str:
    extra = "".join(f", {key}: {value}" for key, value in more.items())
    return f"Kit.layer({{ make: '{make}', words: '{words}', buttons: {buttons}{extra} }})"


@pytest.mark.parametrize("make", MAKES)
@pytest.mark.parametrize("enter", [0, 300])
def test_a_layer_that_says_the_awaited_is_heard_and_closed(
    screen_of: ScreenOf, make: str, enter: int
) -> None:
    clerk = screen_of(_page(_layer(make, "暂存成功！团组号 T-1", enter=enter, leave=200)), PACK)
    clerk.press("go")
    name, words = clerk.await_message("saved")
    assert name == "saved" and "T-1" in words
    clerk.close_layer()
    assert clerk.labels() == []
    clerk.press("go")


@pytest.mark.parametrize("make", MAKES)
@pytest.mark.parametrize("ms", [40, 600])
def test_a_passing_message_is_heard_though_it_vanishes(screen_of: ScreenOf, make: str, ms: int) -> None:
    clerk = screen_of(_page(f"Kit.toast({{ make: '{make}', words: '暂存成功', ms: {ms} }})"), PACK)
    clerk.press("go")
    clerk.wait("!document.querySelector('p')")  # it is gone before anybody asks
    assert clerk.await_message("saved") == ("saved", "暂存成功")


def test_a_message_from_before_the_press_says_nothing_about_it(screen_of: ScreenOf) -> None:
    clerk = screen_of(
        _page("", "<script>Kit.toast({ words: '暂存成功', ms: 9000 })</script>"), PACK, patience=0.3
    )
    clerk.press("go")
    with pytest.raises(PageChanged, match="暂存成功"):
        clerk.await_message("saved")


REUSED = {
    "display": ("display:none", "t.style.display = 'block'", "t.style.display = 'none'"),
    "opacity": ("opacity:0;transition:opacity .1s", "t.style.opacity = 1", "t.style.opacity = 0"),
    "text": ("", "", "t.textContent = ''"),
}


@pytest.mark.parametrize("how", REUSED)
def test_one_element_may_bring_many_messages(screen_of: ScreenOf, how: str) -> None:
    style, show, hide = REUSED[how]
    act = f"t.textContent = '暂存成功'; {show}; setTimeout(() => {{ {hide} }}, 250)"
    toast = f"<div id=t style='position:fixed;top:60px;left:400px;background:#ccc;{style}'></div>"
    clerk = screen_of(_page(act, toast), PACK)
    for _ in range(2):
        clerk.press("go")
        assert clerk.await_message("saved") == ("saved", "暂存成功")
        clerk.wait(
            "t.textContent === '' || getComputedStyle(t).display === 'none' || getComputedStyle(t).opacity === '0'"
        )


def test_the_same_words_written_again_are_a_new_message(screen_of: ScreenOf) -> None:
    toast = "<div id=t style='position:fixed;top:60px;left:400px;background:#ccc'></div>"
    clerk = screen_of(_page("t.textContent = '暂存成功'", toast), PACK)
    for _ in range(2):
        clerk.press("go")
        assert clerk.await_message("saved") == ("saved", "暂存成功")


def test_a_message_that_fades_in_is_one_however_often_it_was_drawn(screen_of: ScreenOf) -> None:
    act = (
        "t.textContent = '暂存成功'; setTimeout(() => t.append(document.createElement('i')), 5);"
        " setTimeout(() => { t.style.opacity = 1; setTimeout(() => { window.settled = true }, 200) }, 40)"
    )
    toast = "<div id=t style='position:fixed;top:60px;left:400px;opacity:0'></div>"
    clerk = screen_of(_page(act, toast), PACK)
    clerk.press("go")
    clerk.await_message("saved")
    clerk.wait("window.settled")
    assert clerk.js("__ywtb.popups.length") == 1


def test_an_old_message_that_fades_is_no_new_one(screen_of: ScreenOf) -> None:
    act = "window.n = (window.n || 0) + 1; if (n === 1) t.textContent = '暂存成功'; else { t.className = 'leaving'; t.style.opacity = .5 }"
    clerk = screen_of(
        _page(act, "<div id=t style='position:fixed;top:60px;left:400px'></div>"), PACK, patience=0.4
    )
    clerk.press("go")
    clerk.await_message("saved")
    clerk.press("go")
    with pytest.raises(PageChanged):
        clerk.await_message("saved")


@pytest.mark.parametrize("make", MAKES)
def test_another_layer_is_a_refusal_in_the_portals_words(screen_of: ScreenOf, make: str) -> None:
    clerk = screen_of(_page(_layer(make, "该人员已持有有效的旅行卡，不能重复申办")), PACK)
    clerk.press("go")
    with pytest.raises(PortalRefusal) as caught:
        clerk.await_message("saved")
    assert caught.value.message == "该人员已持有有效的旅行卡，不能重复申办"


@pytest.mark.parametrize("make", MAKES)
def test_a_layer_over_a_bare_page_is_one_too(screen_of: ScreenOf, make: str) -> None:
    act = _layer(make, "登录名与证件号不符")
    clerk = screen_of(f"<script>addEventListener('load', () => {act})</script>", PACK)
    clerk.wait("__ywtb.layer()")
    with pytest.raises(PortalRefusal, match="登录名与证件号不符"):
        clerk.await_screen(clerk.screen.words)
    clerk.close_layer()
    assert clerk.js("Boolean(__ywtb.layer())") is False


@pytest.mark.parametrize("make", MAKES)
def test_another_passing_message_is_a_refusal_too(screen_of: ScreenOf, make: str) -> None:
    clerk = screen_of(_page(f"Kit.toast({{ make: '{make}', words: '手机号格式不正确' }})"), PACK)
    clerk.press("go")
    with pytest.raises(PortalRefusal, match="手机号格式不正确"):
        clerk.await_message("saved")


@pytest.mark.parametrize("make", MAKES)
def test_a_refusal_over_an_open_form_layer_is_heard(screen_of: ScreenOf, make: str) -> None:
    inner = "[['确定', () => { Kit.toast({ words: '请填写收件人' }); return false }]]"
    act = f"Kit.layer({{ make: '{make}', title: '新增', html: '<label>姓名</label><input>', buttons: {inner} }})"
    clerk = screen_of(_page(act), PACK)
    clerk.press("go")
    clerk.fill({"name": "甲"})
    clerk.press("confirm")
    with pytest.raises(PortalRefusal, match="请填写收件人"):
        clerk.await_message("saved")


@pytest.mark.parametrize("words", ["正在提交，请稍候……", "加载中...", "请稍等"])
@pytest.mark.parametrize("how", ["layer", "toast"])
def test_words_that_ask_for_patience_are_no_refusal(screen_of: ScreenOf, words: str, how: str) -> None:
    busy = f"Kit.{how}({{ words: '{words}', buttons: [], ms: 200 }})"
    act = f"const close = {busy}; setTimeout(() => {{ if (close) close(); Kit.toast({{ words: '暂存成功' }}) }}, 300)"
    clerk = screen_of(_page(act), PACK)
    clerk.press("go")
    assert clerk.await_message("saved") == ("saved", "暂存成功")


@pytest.mark.parametrize("make", MAKES)
@pytest.mark.parametrize("leave", [0, 250])
def test_a_question_is_answered_and_the_answer_heard(screen_of: ScreenOf, make: str, leave: int) -> None:
    yes = f"() => {{ {_layer(make, '已上报，请在我的办件中查看', leave=leave)} }}"
    act = _layer(make, "确定上报吗？", f"[['取消'], ['确定', {yes}]]", leave=leave)
    clerk = screen_of(_page(act), PACK)
    clerk.press("go")
    assert clerk.await_message("sure")[0] == "sure"
    clerk.press("confirm")
    assert clerk.await_message("done")[0] == "done"
    clerk.close_layer()


@pytest.mark.parametrize("make", MAKES)
def test_of_layers_upon_layers_the_topmost_is_the_one(screen_of: ScreenOf, make: str) -> None:
    inner = f"() => {{ {_layer(make, '确定上报吗？', '''[['取消'], ['确定', () => { window.answered = true }]]''')}; return false }}"
    act = (
        f"Kit.layer({{ make: '{make}', title: '新增', html: '<label>姓名</label><input id=n>',"
        f" buttons: [['取消', () => {{ window.wrong = true }}], ['确定', {inner}]] }})"
    ).replace('"', "'")
    clerk = screen_of(_page(act), PACK)
    clerk.press("go")
    clerk.fill({"name": "甲"})
    clerk.press("confirm")
    clerk.await_message("sure")
    assert clerk.labels() == []  # the form lies beneath
    clerk.press("confirm")
    clerk.wait("window.answered")
    assert clerk.labels() == ["姓名"]
    assert clerk.js("[window.wrong, n.value]") == [None, "甲"]


@pytest.mark.parametrize("make", MAKES)
def test_two_layers_that_close_together_say_nothing(screen_of: ScreenOf, make: str) -> None:
    inner = f"() => {{ {_layer(make, '确定上报吗？', '''[['确定', () => { setTimeout(window.shut, 50); setTimeout(() => Kit.toast({ words: '已上报' }), 400) }]]''', leave=200)}; return false }}"
    act = f"window.shut = Kit.layer({{ make: '{make}', html: '<label>姓名</label><input>', leave: 200, buttons: [['确定', {inner}]] }})"
    clerk = screen_of(_page(act), PACK)
    clerk.press("go")
    clerk.await_standing(landmarks={"layer": ["姓名"]})
    clerk.press("confirm")
    clerk.await_message("sure")
    clerk.press("confirm")
    assert clerk.await_message("done") == ("done", "已上报")


def test_the_layer_pressed_on_may_change_its_words_to_refuse(screen_of: ScreenOf) -> None:
    act = (
        "Kit.layer({ html: '<label>姓名</label><input><p id=why></p>',"
        " buttons: [['确定', () => { why.textContent = '姓名不能为空'; return false }]] })"
    )
    clerk = screen_of(_page(act), PACK)
    clerk.press("go")
    clerk.await_standing(landmarks={"layer": ["姓名"]})
    clerk.press("confirm")
    with pytest.raises(PortalRefusal, match="姓名不能为空"):
        clerk.await_message("saved")


def test_a_layer_may_be_the_awaited_screen(screen_of: ScreenOf) -> None:
    act = "Kit.layer({ title: '新增邮寄地址', html: '<label>姓名</label><input>' })"
    clerk = screen_of(_page(act), PACK, address={"landmarks": ["新增邮寄地址"]})
    clerk.press("go")
    assert clerk.await_screen(clerk.screen.pack.screen("t.address")) == "t.address"


def test_a_screen_beneath_a_layer_is_not_before_us(screen_of: ScreenOf) -> None:
    clerk = screen_of(_page(_layer("layui", "请填写姓名")), PACK)
    clerk.press("go")
    with pytest.raises(PortalRefusal, match="请填写姓名"):
        clerk.await_screen(clerk.screen.words)


# --- the next page ----------------------------------------------------------------------------------------------------


def test_a_wait_goes_on_over_a_change_of_page(screen_of: ScreenOf, site: Site) -> None:
    gate = Event()
    site.put("/next", page("<h2>上报</h2>"), gate=gate)
    clerk = screen_of(_page("location = '/next'"), PACK, next={"landmarks": ["上报"]})
    clerk.press("go")
    Timer(0.3, gate.set).start()
    assert clerk.await_screen(clerk.screen.pack.screen("t.next")) == "t.next"


def test_a_chain_of_pages_is_followed_to_its_end(screen_of: ScreenOf, site: Site) -> None:
    for number in range(3):
        site.put(f"/{number}", page(f"<script>setTimeout(() => location = '/{number + 1}', 60)</script>"))
    site.put("/3", page("<h2>上报</h2>"))
    clerk = screen_of(_page("location = '/0'"), PACK, next={"landmarks": ["上报"]})
    clerk.press("go")
    assert clerk.await_screen(clerk.screen.pack.screen("t.next")) == "t.next"


def test_a_screen_that_never_comes_is_told_with_its_words(screen_of: ScreenOf) -> None:
    clerk = screen_of(_page(""), PACK, patience=0.3, next={"landmarks": ["上报", "提交"]})
    clerk.press("go")
    with pytest.raises(PageChanged, match="等不到页面出现：上报、提交"):
        clerk.await_screen(clerk.screen.pack.screen("t.next"))


def test_the_same_screen_for_the_next_member_is_known_by_its_field(screen_of: ScreenOf) -> None:
    clerk = screen_of(
        _page("setTimeout(() => n.value = '', 200)", "<label>姓名</label><input id=n value=甲>"), PACK
    )
    clerk.press("go")
    clerk.await_changed("name", "甲")
    assert clerk.value("#n") == ""


# --- signs of trouble -------------------------------------------------------------------------------------------------

TROUBLE: dict[str, tuple[str, type[YwtbError]]] = {
    "login page": ("location = '/login'", SignInLost),
    "layer of a lost sign-in": (_layer("layui", "登录已过期，请重新登录"), SignInLost),
    "toast of a busy system": ("Kit.toast({ words: '系统繁忙，请稍后再试' })", PortalFault),
    "page of a busy system": ("location = '/busy'", PortalFault),
    "page of maintenance": ("location = '/stopped'", PortalFault),
    "captcha layer": (_layer("element", "请按住滑块，拖动到最右边"), NeedsPerson),
    "captcha page": ("location = '/captcha'", NeedsPerson),
}


@pytest.mark.parametrize("what", TROUBLE)
def test_a_sign_of_trouble_is_told_as_what_it_is(screen_of: ScreenOf, site: Site, what: str) -> None:
    act, error = TROUBLE[what]
    site.put("/login", page("<h1>用户登录</h1><label>用户名</label><input>"))
    site.put("/busy", page("<h1>503</h1>系统繁忙，请稍后再试"), status=503)
    site.put("/stopped", page("<p>系统维护中，预计明日恢复</p>"))
    site.put("/captcha", page("<div>请按住滑块，拖动到最右边</div>"))
    clerk = screen_of(_page(act), PACK, signs=SIGNS)
    clerk.press("go")
    with pytest.raises(error) as caught:
        clerk.await_message("saved")
    assert not isinstance(caught.value, PageChanged)
    assert (type(caught.value) is SignInLost) is (error is SignInLost)


def test_on_the_login_page_the_login_page_is_no_sign(screen_of: ScreenOf) -> None:
    clerk = screen_of(
        "<h1>用户登录</h1><button onclick=\"Kit.toast({ words: '用户名或密码错误' })\">登录</button>",
        {"landmarks": ["用户登录"], "buttons": {"go": "登录"}, "messages": {"wrong": ["用户名或密码错误"]}},
        signs=SIGNS,
    )
    clerk.press("go")
    assert clerk.await_message("wrong")[0] == "wrong"


@pytest.mark.timeout(60)
def test_a_page_that_hangs_is_a_fault_within_the_deadline(
    screen_of: ScreenOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(view, "ANSWER_SECONDS", 0.5)
    clerk = screen_of(_page("setTimeout(() => { for (;;) {} }, 20)"), PACK, patience=0.5)
    clerk.press("go")
    started = time.monotonic()
    with pytest.raises(PortalFault, match="没有响应"):
        clerk.await_message("saved")
    assert time.monotonic() - started < 5


# --- native dialogs ---------------------------------------------------------------------------------------------------


@pytest.fixture
def native(screen_of: ScreenOf) -> Callable[[str], tuple[Clerk, Dialogs]]:
    """A page whose button asks natively, and who answers."""

    def make(act: str) -> tuple[Clerk, Dialogs]:
        clerk = screen_of(_page(act), PACK)

        async def heard(tab: object, words: str) -> None:
            await call(clerk.page.main_frame, "heard", words)

        dialogs = Dialogs(heard)
        clerk.run(lambda: dialogs.attach(clerk.page))
        return clerk, dialogs

    return make


def test_a_native_alert_is_a_message(native: Callable[[str], tuple[Clerk, Dialogs]]) -> None:
    clerk, _ = native("alert('暂存成功')")
    clerk.press("go")
    assert clerk.await_message("saved") == ("saved", "暂存成功")


def test_a_native_alert_that_refuses_is_a_refusal(native: Callable[[str], tuple[Clerk, Dialogs]]) -> None:
    clerk, _ = native("alert('身份证号格式不正确')")
    clerk.press("go")
    with pytest.raises(PortalRefusal, match="身份证号格式不正确"):
        clerk.await_message("saved")


def test_a_native_question_is_answered_yes_only_if_it_is_expected(
    native: Callable[[str], tuple[Clerk, Dialogs]],
) -> None:
    clerk, dialogs = native("window.answer = confirm('确定上报吗？')")
    clerk.press("go")
    with pytest.raises(PortalRefusal, match="确定上报吗"):
        clerk.await_message("saved")
    assert clerk.js("answer") is False
    with dialogs.allowing(["确定上报"]):
        clerk.press("go")
        clerk.wait("window.answer")
    clerk.press("go")
    clerk.wait("window.answer === false")


def test_a_native_question_expected_with_other_words_is_answered_no(
    native: Callable[[str], tuple[Clerk, Dialogs]],
) -> None:
    clerk, dialogs = native("window.answer = confirm('确定删除吗？')")
    with dialogs.allowing(["确定上报"]):
        clerk.press("go")
        clerk.wait("window.answer === false")


def test_leaving_a_page_that_asks_is_our_own_decision(
    native: Callable[[str], tuple[Clerk, Dialogs]], site: Site
) -> None:
    clerk, _ = native(
        "addEventListener('beforeunload', (event) => { event.preventDefault(); event.returnValue = 1 })"
    )
    clerk.press("go")
    away = site.put("/away", Answer(page("<h1>上报</h1>").encode()).body)
    clerk.run(clerk.page.goto, away)
    assert clerk.js("document.body.innerText.trim()") == "上报"


INSIDE = """<script>function ask(words, ...buttons) {
    Kit.layer({ title: "信息", words: "", html: "<iframe width=300 height=120 style='border:3px solid'></iframe>", buttons: [] });
    const frame = document.querySelector("iframe");
    frame.onload = () => {
      const d = frame.contentDocument;
      d.body.innerHTML = `<p>${words}</p>` + buttons.map((b) => `<button onclick="parent.hit('${b}')">${b}</button>`).join("");
    };
    frame.srcdoc = "<!doctype html><body></body>";
  }
  function hit(text) { (Kit.hits = Kit.hits || []).push(text); }</script>"""


def test_the_words_and_buttons_of_a_page_inside_a_layer_are_the_layers(screen_of: ScreenOf) -> None:
    clerk = screen_of(_page("ask('确定上报吗？', '确定', '取消')", INSIDE), PACK)
    clerk.press("go")
    assert clerk.await_message("sure")[0] == "sure"
    clerk.press("confirm")
    assert clerk.js("Kit.hits") == ["确定"]


def test_a_refusal_inside_a_layer_is_told_in_its_words(screen_of: ScreenOf) -> None:
    clerk = screen_of(_page("ask('团组中有未完成的成员', '确定')", INSIDE), PACK)
    clerk.press("go")
    with pytest.raises(PortalRefusal, match="团组中有未完成的成员（"):
        clerk.await_message("done")


def test_two_equal_buttons_on_and_inside_a_layer_are_one_too_many(screen_of: ScreenOf) -> None:
    both = INSIDE.replace("buttons: []", "buttons: [['确定']]")
    clerk = screen_of(_page("ask('确定上报吗？', '确定')", both), PACK)
    clerk.press("go")
    clerk.await_message("sure")
    with pytest.raises(PageChanged, match="2 个"):
        clerk.press("confirm")
    assert clerk.js("Kit.hits || null") is None
