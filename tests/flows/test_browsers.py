"""The same job in both kinds of browser and with both kinds of 预览: a page with 下载 in it, or the file itself."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from anyio.from_thread import BlockingPortal

from flows.new_card import NewCard
from rpa.application import Attachment
from rpa.browser import find_browser
from rpa.browser.chromium import Chromium
from rpa.errors import YwtbError
from rpa.testing import Replica

from .clerk import Clerk, outcome
from .conftest import Hire

pytestmark = [pytest.mark.manual("N12", "N13"), pytest.mark.long]


@pytest.fixture(scope="module")
def full_browser(loop: BlockingPortal) -> Iterator[Chromium]:
    """A whole Chromium, Chrome or Edge, without its window."""
    try:
        executable = find_browser(headed=True)
    except YwtbError as none:
        pytest.skip(f"no full browser here: {none.message}")
    with loop.wrap_async_context_manager(Chromium.started(executable)) as chromium:
        yield chromium


def the_whole_job(clerk: Clerk, replica: Replica, private_group: NewCard) -> None:
    """Files a group with PDF, JPG and PNG files, taken up once from its draft, and looks at every file it left."""
    member = private_group.members[0]
    portrait = Attachment(material="个人近照", path=member.photos.portrait)
    application = private_group.model_copy(
        update={"members": [member.model_copy(update={"files": [*member.files, portrait]})]}
    )
    case = clerk.file(application)
    assert outcome(case) == "submitted"
    [group] = replica.groups()
    held = {file["slot"] for file in [*group["members"][0]["files"], *group["files"]]}
    previews = [event["detail"] for event in replica.events() if event["kind"] == "preview"]
    # each of the prepared files at least twice: when the draft is taken up, and on the detail page
    assert len(previews) >= len(held)
    assert set(previews) == held
    assert "verified" in [event.kind for event in clerk.events(case)]


def test_the_whole_job_in_a_full_browser(
    hire: Hire, replica: Replica, private_group: NewCard, full_browser: Chromium
) -> None:
    assert full_browser.executable.kind == "full"
    the_whole_job(hire(replica, browser=full_browser), replica, private_group)
    downloads = [event for event in replica.events() if event["kind"] == "download"]
    assert len(downloads) == len([event for event in replica.events() if event["kind"] == "preview"])


def test_previews_that_are_the_file_itself_in_a_full_browser(
    hire: Hire, replica: Replica, private_group: NewCard, full_browser: Chromium
) -> None:
    replica.faults("preview_direct")
    the_whole_job(hire(replica, browser=full_browser), replica, private_group)
    assert [event for event in replica.events() if event["kind"] == "download"] == []


def test_previews_that_are_the_file_itself_in_the_robots_own_browser(
    hire: Hire, replica: Replica, private_group: NewCard
) -> None:
    replica.faults("preview_direct")
    # as at the real portal: one upload after the other, and never two actions at once
    the_whole_job(hire(replica, parallel_uploads=1, pace_ms=20), replica, private_group)
    assert [event for event in replica.events() if event["kind"] == "download"] == []
