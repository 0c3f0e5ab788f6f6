"""The engine and the site of the screen tests, for pages made with real toolkits."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from ..screen.conftest import account, engine, portal, screen_of, site, site_server, tab

__all__ = ["account", "engine", "portal", "screen_of", "site", "site_server", "tab"]

PACKAGES = {
    "layui": ["layui@2"],
    "element-ui": ["element-ui@2", "vue@2"],
    "element-plus": ["element-plus@2", "vue@3"],
    "ant-design-vue": ["ant-design-vue@4", "vue@3", "dayjs@1"],
    "view-design": ["view-design@4", "vue@2"],
    "easyui": ["jquery-easyui@1"],
}
# Layui and Element UI are what portals of this kind are made with; what holds for those holds for their heirs.
TOOLKITS = [
    "layui",
    "element-ui",
    *(pytest.param(name, marks=pytest.mark.long) for name in list(PACKAGES)[2:]),
]
PAGES = Path(__file__).parent / "pages"
PACK = {
    "landmarks": ["成员信息"],
    "fields": {
        "name": "姓名",
        "sex": "性别",
        "birth": "出生日期",
        "expires": "有效期至",
        "kind": "护照种类",
        "place": "签发地点",
        "home": "户籍地",
        "office": "受理处",
        "reason": "申请事由",
        "default": "设为默认",
    },
    "buttons": {
        "save": "保存",
        "add": "新增地址",
        "confirm": "确定",  # the pager of EasyUI has no words at all
        "next_page": ["下一页", {"css": ".pagination-next"}],
    },
    "uploads": {"photo": "照片"},
    "tables": {"groups": ["团组号", "当前状态"]},
    "messages": {"saved": ["保存成功"], "sure": ["确定保存"], "stored": ["地址已保存"]},
    "patterns": {"page": [r"第\s*(\d+)\s*/\s*\d+\s*页"]},
}

_QUIET = ("--no-save", "--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
_INSTALL_SECONDS = 280


@pytest.fixture(scope="session")
def installed(pytestconfig: pytest.Config) -> Any:
    """``installed(toolkit)``: the folder of its packages, from the cache or from npm."""
    npm = shutil.which("npm")

    def folder(toolkit: str) -> Path:
        place = Path(pytestconfig.cache.mkdir(f"npm-{toolkit}"))
        packages = place / "node_modules"
        if packages.is_dir():
            return packages
        if npm is None:
            if os.environ.get("CI") == "true":
                pytest.fail("npm is not installed: the toolkits are always tried in CI")
            pytest.skip("npm is not installed")
        # put together aside: another worker may be at the same packages, and what was broken off is none
        with tempfile.TemporaryDirectory(dir=place) as aside:
            # without a prefix npm would put them into whatever folder above has packages already
            command = [npm, "install", "--prefix", aside, *_QUIET, *PACKAGES[toolkit]]
            ran = subprocess.run(
                command, cwd=aside, timeout=_INSTALL_SECONDS, capture_output=True, check=False
            )
            assert not ran.returncode, f"npm could not fetch the packages of {toolkit}"
            with suppress(OSError):  # the other worker was quicker
                (Path(aside) / "node_modules").rename(packages)
        assert packages.is_dir()
        return packages

    return folder
