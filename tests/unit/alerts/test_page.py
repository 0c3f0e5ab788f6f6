"""What ``docs/alerts.md`` says is what the program does."""

from __future__ import annotations

import json
import re
import time
import tomllib
from pathlib import Path
from typing import Any

from rpa.alerts import Alerts, NoticeKind
from rpa.resources import folder
from rpa.status.telling.through_apprise import TRUTHFUL
from rpa.status.telling.webhook import signature
from rpa.status.texts import KIND_TITLES

from .conftest import on_sqlite
from .services import SECRET, Services

PAGE = (Path(folder("selectors")).parent / "docs" / "alerts.md").read_text(encoding="utf-8")


def example(name: str) -> str:
    found = re.search(rf"<!-- example: {name} -->\n```\w+\n(.*?)```", PAGE, re.DOTALL)
    assert found
    return found[1]


def test_its_settings_are_settings() -> None:
    alerts = Alerts.model_validate(tomllib.loads(example("channels"))["alerts"])
    assert list(alerts.channels) == ["banzheng", "lingdao"]
    # the values that it names as what happens unless said otherwise are those of the program
    assert (alerts.reminders, alerts.give_up_days) == (Alerts().reminders, Alerts().give_up_days)


def test_it_names_every_kind_and_every_address_of_apprise() -> None:
    for kind in NoticeKind:
        assert f"| `{kind}` | {KIND_TITLES[kind]} |" in PAGE
    assert set(re.findall(r"`(\w+)://`", PAGE)) - {"http", "https"} == set(TRUTHFUL)


def test_its_check_of_the_signature_is_right() -> None:
    said: dict[str, Any] = {}
    exec(example("verify"), said)
    now, body = str(int(time.time())), "正文".encode()
    assert said["is_ours"](SECRET, now, signature(SECRET, now, body), body)
    assert not said["is_ours"](SECRET, now, signature(SECRET, now, body), body + b".")
    assert not said["is_ours"](
        SECRET, str(int(now) - 301), signature(SECRET, str(int(now) - 301), body), body
    )


@on_sqlite
def test_its_document_is_what_is_sent(at: Any, add: Any, tell: Any, services: Services) -> None:
    tell(at("webhook"))
    add("GX-1")
    tell("webhook")
    shown, sent = json.loads(example("webhook")), services.taken[0].document
    assert list(shown) == list(sent)
    assert list(shown["notices"][0]) == list(sent["notices"][0])
    assert (shown["version"], len(shown["id"])) == (sent["version"], len(sent["id"]))
