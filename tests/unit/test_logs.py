"""Logs: what is written where, and that no personal value reaches any sink."""

from __future__ import annotations

import asyncio
import io
import logging
import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from anyio.from_thread import start_blocking_portal
from loguru import logger
from pydantic import SecretStr

from rpa.logs import case_log, hide, hide_secret, masked, masked_data, set_up_logs

NAME, ID, PASSPORT, PHONE = "韦样一", "990000190503120010", "PE0000011", "13900000011"
SEEDED = (NAME, ID, PASSPORT, PHONE)


@pytest.fixture
def told(capsys: pytest.CaptureFixture[str]) -> Iterator[Callable[[], str]]:
    """All that reached stderr and a foreign sink, which prints everything it is given, as JSON."""
    foreign = io.StringIO()
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    set_up_logs("DEBUG")
    sink = logger.add(foreign, serialize=True, level="DEBUG")
    yield lambda: capsys.readouterr().err + foreign.getvalue()
    logger.remove(sink)
    root.handlers[:], root.level = handlers, level


def _fail(value: str) -> None:
    local = value  # a traceback with diagnose=True would show it
    raise ValueError(f"bad value {local}")


def test_no_hidden_value_reaches_a_sink_by_message_argument_extra_or_exception(
    told: Callable[[], str], tmp_path: Path
) -> None:
    with hide(SEEDED), case_log(tmp_path / "case"):
        for value in SEEDED:
            logger.info("message " + value)
            logger.info("argument {} {who}", value, who=value)
            logger.bind(who=value).info("extra")
            try:
                try:
                    _fail(value)
                except ValueError as error:
                    raise RuntimeError(f"outer {value}") from error
            except RuntimeError:
                logger.exception("failed")
            logging.getLogger("library").warning("standard %s", value)
    text = told() + (tmp_path / "case" / "log.txt").read_text(encoding="utf-8")
    assert not [value for value in SEEDED if value in text]
    assert text.count("outer") >= 3 * len(SEEDED), "the exception itself must still be told"
    assert "_fail" in text and "standard" in text


def test_what_looks_like_an_id_passport_or_phone_is_masked_though_nobody_registered_it(
    told: Callable[[], str],
) -> None:
    logger.warning(f"{ID} {PASSPORT} {PHONE} 团组号 APEC202611230001")
    text = told()
    assert ID not in text and PASSPORT not in text and PHONE not in text
    assert "APEC202611230001" in text


def test_a_password_is_hidden_for_good(told: Callable[[], str]) -> None:
    password = hide_secret(SecretStr("Demo-test-only-1"))
    logger.error("signing in with {}", password.get_secret_value())
    assert "Demo-test-only-1" not in told()


def test_a_value_is_hidden_until_the_last_case_that_has_it_ends() -> None:
    with hide([NAME]):
        with hide([NAME, NAME]):
            assert masked(NAME) != NAME
        assert masked(NAME) != NAME
    assert masked(NAME) == NAME


def test_a_short_value_does_not_eat_the_text() -> None:
    with hide(["", "男"]):
        assert masked("男 ok") == "男 ok"


def test_data_for_events_is_masked_at_any_depth() -> None:
    with hide([NAME]):
        data = masked_data({"a": [NAME, {"b": (1, None, True, Path("x"), PHONE)}], NAME: 1.5})
    assert NAME not in str(data) and PHONE not in str(data)
    assert data["a"][1]["b"][:4] == [1, None, True, "x"]


def test_cases_side_by_side_each_keep_their_own_lines(told: Callable[[], str], tmp_path: Path) -> None:
    async def one(name: str, mine: asyncio.Event, other: asyncio.Event) -> None:
        with case_log(tmp_path / name):
            logger.debug(f"{name} begins")
            mine.set()
            await other.wait()
            logger.info(f"{name} ends")

    async def both() -> None:
        first, second = asyncio.Event(), asyncio.Event()
        await asyncio.gather(one("one", first, second), one("two", second, first))

    with start_blocking_portal() as portal:  # browser tests keep a loop running in the main thread
        portal.call(both)
    logger.info("nobody's")
    lines = (tmp_path / "one" / "log.txt").read_text(encoding="utf-8").splitlines()
    assert [line.rsplit(" ", 2)[1:] for line in lines] == [["one", "begins"], ["one", "ends"]]
    text = told()
    assert "nobody's" in text and "one one ends" in text


def test_a_case_log_goes_on_where_it_ended_and_is_its_owners_alone(tmp_path: Path) -> None:
    for _ in range(2):
        with case_log(tmp_path / "case", "20261123-k7f3q9"):
            logger.info(f"line {ID}")
    path = tmp_path / "case" / "log.txt"
    assert path.read_text(encoding="utf-8").count("line ＊＊＊") == 2, "masked though nobody set the logs up"
    if os.name != "nt":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_level_decides_what_stderr_shows_and_a_second_set_up_does_not_double_it(
    told: Callable[[], str],
) -> None:
    set_up_logs("WARNING")
    set_up_logs("WARNING")
    logger.info("quiet")
    logger.warning("loud")
    shown = [line for line in told().splitlines() if not line.startswith("{")]
    assert [line.split()[-1] for line in shown] == ["loud"]


def test_braces_in_a_message_or_an_exception_are_no_format(told: Callable[[], str]) -> None:
    try:
        raise ValueError("{0} {who} <red>")
    except ValueError:
        logger.exception("{{}} <b>")
    assert "ValueError: {0} {who} <red>" in told()
