"""``ywtb alerts`` as a person uses it: a channel is added, tried, looked at and removed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from ..unit.alerts.services import SECRET, Services
from .kit import Ywtb

_TABLE = """
[alerts.channels.office]
type = "{}"
kinds = ["returned", "to_pay"]
digest = ["09:00", "16:30"]
quiet_hours = "18:00-08:30"
working_days_only = true
"""


@pytest.fixture
def services() -> Iterator[Services]:
    with Services() as running:
        yield running


@pytest.fixture
def channel(ywtb: Ywtb, services: Services) -> Ywtb:
    """A program whose settings name a channel ``office`` of 飞书, and that has a keyring."""
    (ywtb.work / "ywtb.toml").write_text(_TABLE.format("feishu"), encoding="utf-8")
    ywtb.variables["PYTHON_KEYRING_BACKEND"] = "tests.cli.keyring_file.Keyring"
    ywtb.variables["PYTHONPATH"] = str(Path(__file__).parents[2])
    return ywtb


def test_a_channel_is_added_tried_looked_at_and_removed(channel: Ywtb, services: Services) -> None:
    (before,) = channel("alerts", "list", "--json").document["channels"]
    assert before["missing"] == ["url", "secret"]
    lines = f"{services.url('feishu')}\n{SECRET}\n".encode()
    added = channel("alerts", "add", "office", "--stdin", said=lines)
    assert added.code == 0
    assert "已保存提醒渠道 office" in added.text
    tried = channel("alerts", "test", "office")
    assert (tried.code, tried.text.strip()) == (0, "提醒渠道 office 已确认收到测试消息。")
    assert "收到它，说明这个渠道可以使用" in services.taken[0].body.decode()
    (after,) = channel("alerts", "list", "--json").document["channels"]
    assert after["missing"] == []
    assert after["since"]
    listed = channel("alerts", "list").text
    assert (
        "office（feishu）：退回补正、待缴费；每天 09:00、16:30 汇总，18:00-08:30 免打扰，只在工作日\n"
        in listed
    )
    assert "  已送达 0 条，等待 0 条，放弃 0 条\n" in listed
    sent = channel("alerts", "send", "--json")
    assert (sent.code, sent.document["told"]) == (0, 0)
    removed = channel("alerts", "remove", "office")
    assert "请再从 ywtb.toml 删去 [alerts.channels.office]" in removed.text
    assert channel("alerts", "list", "--json").document["channels"][0]["missing"] == ["url", "secret"]
    secrets = {services.url("feishu"), services.url("feishu").rpartition("/")[2], SECRET}
    everything = b"".join(channel.said).decode() + "".join(
        path.read_text("utf-8", "replace") for path in channel.home.rglob("*") if path.is_file()
    )
    assert not [secret for secret in secrets if secret in everything]


def test_a_service_that_refuses_is_said_so(channel: Ywtb, services: Services) -> None:
    lines = f"{services.url('feishu')}\nthe secret of another bot\n".encode()
    channel("alerts", "add", "office", "--stdin", said=lines)
    tried = channel("alerts", "test", "office", "--json")
    assert tried.code == 1
    assert tried.document["error"]["message"].startswith("code 19021：sign match fail")


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ('type = "wecom"\nurl = "https://qyapi.weixin.qq.com/"', "url（提醒） 不能写在设置文件里"),
        ('type = "dingtalk"\nsecret = "SEC"', "secret（提醒） 不能写在设置文件里"),
        ('type = "wechat"', "type 不在可选的值之内"),
        ('type = "wecom"\nkinds = ["everything"]', "不在可选的值之内"),
        ('type = "wecom"\nquiet_hours = "22-7"', "应写作 22:00-07:00"),
        ('type = "wecom"\nquiet_hours = "00:00-00:00"', "时段的起止时间相同"),
        ('type = "wecom"\ndigest = ["03:00"]\nquiet_hours = "22:00-07:00"', "汇总时间都在免打扰时段之内"),
        (
            'type = "email"\nhost = "mail"\nsender = "a@b.example"\nto = ["c@d.example"]\nuser = "a"\nsecurity = "none"',
            "不加密的连接不能登录",
        ),
        ('type = "email"\nhost = "mail"\nsender = "a"\nto = ["c@d.example"]', "应为邮箱地址"),
    ],
)
def test_wrong_settings_are_told_where_they_are(ywtb: Ywtb, table: str, said: str) -> None:
    (ywtb.work / "ywtb.toml").write_text(f"[alerts.channels.office]\n{table}\n", encoding="utf-8")
    done = ywtb("alerts", "list")
    assert done.code == 2
    assert said in done.text
    assert "alerts.channels.office" in done.text


def test_what_is_not_there_is_said_with_what_to_do(channel: Ywtb) -> None:
    for words in (("add", "other", "--stdin"), ("test", "other"), ("remove", "other")):
        done = channel("alerts", *words, "--json")
        assert done.code == 2
        assert "没有这个提醒渠道" in done.document["error"]["message"]
        assert done.document["error"]["advice"]
    empty = channel("alerts", "add", "office", "--stdin", said=b"\n")
    assert (empty.code, "没有输入内容" in empty.text) == (2, True)
    wrong = channel("alerts", "add", "office", "--stdin", said=b"https://\nsecret\n")
    assert (wrong.code, "地址应以 https:// 开头" in wrong.text) == (2, True)
    assert not (channel.home.parent / "keyring.json").exists()


def test_apprise_is_let_through_only_where_it_tells_the_truth(ywtb: Ywtb, services: Services) -> None:
    (ywtb.work / "ywtb.toml").write_text('[alerts.channels.office]\ntype = "apprise"\n', encoding="utf-8")
    place = services.address.removeprefix("http://")
    ywtb.variables["YWTB_ALERT_OFFICE_URL"] = f"gotify://{place}/A1b2C3d4E5f6G7h"
    assert ywtb("alerts", "test", "office").code == 0
    services.answers.append((500, b""))
    refused = ywtb("alerts", "test", "office", "--json")
    assert (refused.code, "Apprise 未能送达" in json.dumps(refused.document, ensure_ascii=False)) == (1, True)
    for scheme, instead in (
        ("wecombot", "wecom"),
        ("dingtalk", "dingtalk"),
        ("feishu", "feishu"),
        ("bark", ""),
    ):
        ywtb.variables["YWTB_ALERT_OFFICE_URL"] = f"{scheme}://0123456789abcdef0123456789abcdef"
        done = ywtb("alerts", "test", "office", "--json")
        assert done.code == 2
        assert (f'type = "{instead}"' if instead else "ntfy://") in done.document["error"]["advice"]
