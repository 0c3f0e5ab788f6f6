"""A file goes to the row of its material and to no other; the row's own sign, not the press, says that it arrived."""

from __future__ import annotations

from pathlib import Path
from threading import Event, Timer

import pytest

from rpa.errors import PageChanged, PortalFault, PortalRefusal, SignInLost
from rpa.screen import Signs

from .conftest import ScreenOf
from .site import Site

PACK = {
    "uploads": {"photo": "照片", "page": ["护照信息页", "护照资料页"], "form": "个人事项表", "sign": "签名"},
    "buttons": {"confirm": "确定"},
    "messages": {"delete": ["确定删除"]},
}

# What the page's script does with a file: a row of its own accord shows 预览 and 删除.
SCRIPT = """<script>
window.got = {};
const stored = (row) => {
  const place = row.querySelector('.ops');
  place.innerHTML = '<a onclick="1">预览</a> <a class=del onclick="1">删除</a>';
};
const take = async (input, slow) => {
  const row = input.closest('.material');
  got[row.dataset.name] = (got[row.dataset.name] || []).concat(input.files[0].name);
  if (slow) await fetch(slow);
  stored(row);
};
document.addEventListener('change', (event) => event.target.type === 'file' && !event.target.dataset.own && take(event.target));
</script>"""

ROW = {
    "table": (
        "<table><tr><th>材料名称</th><th>操作</th></tr>{}</table>",
        "<tr class=material data-name={0}><td>*{0}</td><td class=ops><a onclick='1'>上传</a>"
        "<input type=file style='display:none'></td></tr>",
    ),
    "cards": (
        "<div>{}</div>",
        "<div class=material data-name={0} style='display:inline-block'><p>{0}</p><div class=ops>"
        "<button>上传</button><input type=file hidden></div></div>",
    ),
    "rows of a form": (
        "<form>{}</form>",
        "<div class=material data-name={0}><label>{0}：</label><div class=ops><span style='cursor:pointer'>上传</span>"
        "<input type=file style='opacity:0;position:absolute;width:1px'></div></div>",
    ),
}


def _rows(shape: str, *names: str) -> str:
    around, row = ROW[shape]
    return "<h3>C 照片信息</h3>" + around.format("".join(row.format(name) for name in names)) + SCRIPT


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file to upload."""
    path = tmp_path / "照片 1.jpg"
    path.write_bytes(b"\xff\xd8\xff picture")
    return path


@pytest.mark.parametrize("shape", ROW)
def test_a_row_is_known_by_its_material(screen_of: ScreenOf, file: Path, shape: str) -> None:
    clerk = screen_of(_rows(shape, "护照照片", "照片", "照片（副本）", "签名"), PACK)
    clerk.upload({"photo": file})
    assert clerk.js("got") == {"照片": ["照片 1.jpg"]}
    rows = clerk.upload_rows(["photo", "sign", "form"])
    assert (rows["photo"].filled, rows["sign"].filled) == (True, False)
    assert set(rows) == {"photo", "sign"}


def test_a_required_row_is_marked(screen_of: ScreenOf) -> None:
    clerk = screen_of(_rows("table", "照片"), PACK)
    assert clerk.upload_rows(["photo"])["photo"].required


def test_a_row_that_is_merely_alike_takes_nothing(screen_of: ScreenOf, file: Path) -> None:
    clerk = screen_of(_rows("table", "护照照片", "照片（副本）"), PACK)
    with pytest.raises(PageChanged, match="没有“照片”这一行"):
        clerk.upload({"photo": file})
    assert clerk.js("got") == {}


def test_two_equal_rows_take_nothing(screen_of: ScreenOf, file: Path) -> None:
    clerk = screen_of(_rows("table", "照片", "照片"), PACK)
    with pytest.raises(PageChanged, match="2 行“照片”"):
        clerk.upload({"photo": file})
    assert clerk.js("got") == {}


def test_an_alias_finds_the_row(screen_of: ScreenOf, file: Path) -> None:
    clerk = screen_of(_rows("cards", "护照资料页"), PACK)
    clerk.upload({"page": file})
    assert clerk.js("got") == {"护照资料页": ["照片 1.jpg"]}


def test_a_material_of_ones_own_is_its_own_name(screen_of: ScreenOf, file: Path) -> None:
    clerk = screen_of(_rows("table", "贸易合同", "照片"), PACK)
    clerk.upload({"贸易合同": file})
    assert clerk.js("got") == {"贸易合同": ["照片 1.jpg"]}


@pytest.mark.parametrize("at_once", [1, 4])
def test_several_files_go_each_to_its_row(screen_of: ScreenOf, tmp_path: Path, at_once: int) -> None:
    names = {"photo": "照片", "page": "护照信息页", "form": "个人事项表", "sign": "签名"}
    files = {key: tmp_path / f"{key}.pdf" for key in names}
    for path in files.values():
        path.write_bytes(b"%PDF-1.4")
    clerk = screen_of(_rows("table", *reversed(names.values())), PACK)
    clerk.screen.uploads_at_once = at_once
    clerk.upload(files)
    assert clerk.js("got") == {name: [f"{key}.pdf"] for key, name in names.items()}


def test_a_late_row_is_waited_for(screen_of: ScreenOf, site: Site, file: Path) -> None:
    gate = Event()
    site.put("/slow", "ok", gate=gate)
    html = _rows("table", "照片").replace("take(event.target)", "take(event.target, '/slow')")
    clerk = screen_of(html, PACK, patience=0.2)
    Timer(0.6, gate.set).start()  # a file may take longer than a page
    clerk.upload({"photo": file})
    assert clerk.upload_rows(["photo"])["photo"].filled


def test_a_row_that_never_shows_the_file_is_a_fault(screen_of: ScreenOf, file: Path) -> None:
    clerk = screen_of(_rows("table", "照片").replace("stored(row);", ""), PACK)
    clerk.screen.upload_seconds = 0.3
    with pytest.raises(PortalFault, match="没有显示文件") as caught:
        clerk.upload({"photo": file})
    assert caught.value.where == "照片"


SAID = {
    "layer": "Kit.layer({ words: '照片宽高比应为3:4' })",
    "layer of element": "Kit.layer({ make: 'element', words: '照片宽高比应为3:4' })",
    "toast": "Kit.toast({ words: '照片宽高比应为3:4' })",
    "native": "__ywtb.heard('照片宽高比应为3:4')",
}


@pytest.mark.parametrize("how", SAID)
def test_a_refused_file_is_a_refusal_in_the_portals_words(screen_of: ScreenOf, file: Path, how: str) -> None:
    clerk = screen_of(_rows("table", "照片").replace("stored(row);", SAID[how]), PACK)
    with pytest.raises(PortalRefusal) as caught:
        clerk.upload({"photo": file})
    assert (caught.value.where, caught.value.message) == ("照片", "照片宽高比应为3:4")


def test_a_lost_sign_in_during_an_upload_is_told_as_that(screen_of: ScreenOf, file: Path) -> None:
    act = "Kit.layer({ words: '登录已过期，请重新登录' })"
    clerk = screen_of(
        _rows("table", "照片").replace("stored(row);", act),
        PACK,
        signs=Signs({"signed_out": ("登录已过期",)}),
    )
    with pytest.raises(SignInLost):
        clerk.upload({"photo": file})


@pytest.mark.parametrize("words", ["上传成功", "正在上传，请稍候"])
@pytest.mark.parametrize("how", ["toast", "layer"])
def test_words_of_success_or_patience_are_no_refusal(
    screen_of: ScreenOf, file: Path, words: str, how: str
) -> None:
    say = f"const close = Kit.{how}({{ words: '{words}', buttons: [] }}); await new Promise((done) => setTimeout(done, 200)); if (close) close();"
    clerk = screen_of(_rows("table", "照片").replace("stored(row);", say + "stored(row);"), PACK)
    clerk.upload({"photo": file})
    assert clerk.upload_rows(["photo"])["photo"].filled


def test_rows_on_a_layer_are_filled_there(screen_of: ScreenOf, file: Path) -> None:
    row = ROW["cards"][1].format("照片").replace("'", "")
    clerk = screen_of(
        _rows("table", "照片") + f"<script>Kit.layer({{ title: '补充材料', html: `{row}` }})</script>", PACK
    )
    clerk.upload({"photo": file})
    assert clerk.js("document.querySelector('.layui-layer').innerText.includes('预览')")


def test_a_box_made_on_the_press_is_answered(screen_of: ScreenOf, file: Path) -> None:
    html = (
        "<table><tr class=material data-name=照片><td>照片</td><td class=ops><a id=up style='cursor:pointer'>上传</a></td></tr></table>"
        + SCRIPT
        + "<script>up.onclick = () => { const i = document.createElement('input'); i.type = 'file';"
        " i.onchange = () => { got.made = i.files[0].name; stored(up.closest('.material')) }; i.click() }</script>"
    )
    clerk = screen_of(html, PACK)
    clerk.upload({"photo": file})
    assert clerk.js("got") == {"made": "照片 1.jpg"}


def test_a_box_shared_by_all_rows_is_fed_through_the_rows_own_button(
    screen_of: ScreenOf, tmp_path: Path
) -> None:
    row = (
        "<tr class=material data-name={0}><td>{0}</td><td class=ops>"
        "<a style='cursor:pointer' onclick='window.now = this; one.click()'>上传</a></td></tr>"
    )
    take = "const row = now.closest(&quot;.material&quot;); got[row.dataset.name] = one.files[0].name; stored(row)"
    box = f'<input type=file id=one data-own=1 hidden onchange="{take}">'
    names = {"sign": "签名", "photo": "照片", "page": "护照信息页"}
    files = {key: tmp_path / f"{key}.jpg" for key in names}
    for path in files.values():
        path.write_bytes(b"\xff\xd8\xff")
    clerk = screen_of(f"{box}<table>{''.join(map(row.format, names.values()))}</table>{SCRIPT}", PACK)
    clerk.screen.uploads_at_once = 3
    clerk.upload(files)
    assert clerk.js("got") == {name: f"{key}.jpg" for key, name in names.items()}


def test_a_row_without_box_and_button_is_an_error(screen_of: ScreenOf, file: Path) -> None:
    clerk = screen_of("<table><tr><td>照片</td><td><a onclick='1'>下载模板</a></td></tr></table>", PACK)
    with pytest.raises(PageChanged, match="没有“上传”按钮"):
        clerk.upload({"photo": file})


def test_a_row_that_holds_a_file_takes_no_second(screen_of: ScreenOf, file: Path) -> None:
    clerk = screen_of(_rows("table", "照片"), PACK)
    clerk.upload({"photo": file})
    with pytest.raises(PageChanged, match="已有文件"):
        clerk.upload({"photo": file})
    assert clerk.js("got") == {"照片": ["照片 1.jpg"]}


# --- a toolkit's own list of files -------------------------------------------------------------------------------------

# The list of a toolkit: its entry goes through these classes, 100 ms apart; "" takes it out again.
LIST = """<script>
const enter = (input, states, name) => {
  const row = input.closest('.material');
  let list = (row.matches('tr') ? row.querySelector('.ops') : row.nextElementSibling.matches('ul') ? row.nextElementSibling : row).appendChild(document.createElement('li'));
  list.innerHTML = '<a></a>';
  list.firstChild.textContent = name || input.files[0].name;
  states.forEach((state, i) => setTimeout(() => (state ? (list.className = 'x-upload-list-item ' + state) : list.remove()), i * 100));
};
window.got = {};
document.addEventListener('change', ({ target }) => { (%s); });
</script>"""
UNDER = "<div class=material><b>照片</b><button class='upload--success'>上传</button><input type=file hidden></div><ul class=x-upload-list></ul>"


def _listed(act: str, rows: str = "") -> str:
    return (rows or _rows("table", "照片", "签名").removesuffix(SCRIPT)) + LIST % act


@pytest.mark.parametrize("rows", ["", UNDER], ids=["in the row", "right under it"])
def test_an_entry_that_stands_as_stored_is_the_rows_sign(screen_of: ScreenOf, file: Path, rows: str) -> None:
    clerk = screen_of(_listed("enter(target, ['is-uploading', 'is-success'])", rows), PACK)
    clerk.upload({"photo": file})
    assert clerk.upload_rows(["photo"])["photo"].filled
    assert not rows or not clerk.upload_rows(["sign"])


NO_SIGN = {
    "on its way": "enter(target, ['is-uploading'])",
    "without a state": "enter(target, ['x'])",
    "chosen alone": "enter(target, ['is-ready'])",
    "of another name": "enter(target, ['is-success'], '照片.jpg')",
    "while others offer 预览": "enter(target, ['is-success']), stored()",
}


@pytest.mark.parametrize("how", NO_SIGN)
def test_an_entry_that_may_not_be_stored_is_no_sign(screen_of: ScreenOf, file: Path, how: str) -> None:
    elsewhere = "<script>const stored = () => document.querySelectorAll('.ops')[1].innerHTML = '<a onclick=1>预览</a>'</script>"
    clerk = screen_of(elsewhere + _listed(NO_SIGN[how]), PACK)
    clerk.screen.upload_seconds = 0.8
    with pytest.raises(PortalFault, match="没有显示文件") as caught:
        clerk.upload({"photo": file})
    assert caught.value.where == "照片"


LOST = {"stands as failed": ["is-uploading", "item-error"], "is taken out": ["is-uploading", ""]}


@pytest.mark.parametrize("how", LOST)
def test_an_entry_that_fails_is_a_fault_at_once(screen_of: ScreenOf, file: Path, how: str) -> None:
    clerk = screen_of(_listed(f"enter(target, {LOST[how]})"), PACK, patience=0.5)
    with pytest.raises(PortalFault, match=r"上传失败|未被接收") as caught:
        clerk.upload({"photo": file})
    assert caught.value.where == "照片"
    assert not clerk.upload_rows(["photo"])["photo"].filled


@pytest.mark.parametrize("state", ["is-success", "is-error"])
def test_what_the_portal_says_counts_more_than_its_list(screen_of: ScreenOf, file: Path, state: str) -> None:
    act = f"enter(target, ['{state}']), setTimeout(() => Kit.toast({{ words: '照片宽高比应为3:4' }}), 60)"
    clerk = screen_of(_listed(act), PACK)
    with pytest.raises(PortalRefusal, match="宽高比"):
        clerk.upload({"photo": file})


def test_an_entry_that_failed_before_is_not_this_file(screen_of: ScreenOf, file: Path) -> None:
    act = "enter(target, got.once ? ['is-success'] : ['is-error']), (got.once = 1), (target.value = '')"
    clerk = screen_of(_listed(act), PACK)
    with pytest.raises(PortalFault, match="上传失败"):
        clerk.upload({"photo": file})
    clerk.upload({"photo": file})
    assert clerk.upload_rows(["photo"])["photo"].filled


# --- taking a file away -----------------------------------------------------------------------------------------------

FULL = (
    "<div class=material><span>护照照片</span> <a onclick='wrong = 1'>预览</a> <a onclick='wrong = 1'>删除</a></div>"
    "<div class=material id=m><span>照片</span> <span class=ops><a onclick='1'>预览</a> <a onclick='remove_()'>删除</a></span></div>"
    "<script>window.wrong = 0; const empty = () => document.querySelector('.ops').innerHTML = '<a onclick=1>上传</a>'; const remove_ = () => {{ {} }}</script>"
)
REMOVALS = {
    "at once": "empty()",
    "after a while": "setTimeout(empty, 200)",
    "with a question": "Kit.layer({ words: '确定删除该文件吗？', buttons: [['取消'], ['确定', empty]] })",
    "with a question that fades": "Kit.layer({ words: '确定删除该文件吗？', leave: 200, buttons: [['取消'], ['确定', () => { setTimeout(empty, 300) }]] })",
    "with words of success": "empty(); Kit.toast({ words: '删除成功' })",
    "row and all": "m.remove()",
}


@pytest.mark.parametrize("how", REMOVALS)
def test_a_file_is_taken_away(screen_of: ScreenOf, how: str) -> None:
    clerk = screen_of(FULL.format(REMOVALS[how]), PACK)
    clerk.remove_file("photo", ["确定删除"])
    rows = clerk.upload_rows(["photo"])
    assert "photo" not in rows or not rows["photo"].filled
    assert clerk.js("wrong") == 0


def test_an_unexpected_question_is_not_answered(screen_of: ScreenOf) -> None:
    act = "Kit.layer({ words: '确定撤回整个团组吗？', buttons: [['取消'], ['确定', () => { wrong = 1 }]] })"
    clerk = screen_of(FULL.format(act), PACK)
    with pytest.raises(PortalRefusal, match="撤回整个团组"):
        clerk.remove_file("photo", ["确定删除"])
    assert clerk.js("wrong") == 0


def test_a_refused_removal_is_a_refusal(screen_of: ScreenOf) -> None:
    refuse = "() => { Kit.toast({ words: '已上报的材料不能删除' }) }"
    act = f"Kit.layer({{ words: '确定删除该文件吗？', buttons: [['取消'], ['确定', {refuse}]] }})"
    clerk = screen_of(FULL.format(act), PACK)
    with pytest.raises(PortalRefusal, match="已上报的材料不能删除"):
        clerk.remove_file("photo", ["确定删除"])


def test_a_file_that_stays_is_a_fault(screen_of: ScreenOf) -> None:
    clerk = screen_of(FULL.format(""), PACK, patience=0.3)
    with pytest.raises(PortalFault, match="仍显示有文件"):
        clerk.remove_file("photo", ["确定删除"])


def test_an_empty_row_has_nothing_to_take_away(screen_of: ScreenOf) -> None:
    clerk = screen_of(_rows("table", "照片"), PACK)
    with pytest.raises(PageChanged, match="没有可删除的文件"):
        clerk.remove_file("photo", ["确定删除"])
