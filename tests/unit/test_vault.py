"""The vault: encryption, fingerprints, and one key for everybody who opens the same folder."""

from __future__ import annotations

import base64
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from rpa.errors import SettingsError
from rpa.vault import Vault, open_vault


def test_a_text_comes_back_and_is_not_readable_in_between() -> None:
    vault = Vault(b"k" * 32)
    token = vault.encrypt("韦样一 990000")
    assert vault.decrypt(token) == "韦样一 990000"
    assert "990000" not in token and "韦" not in token
    assert token != vault.encrypt("韦样一 990000")


@pytest.mark.parametrize("other", [Vault(b"x" * 32), None])
def test_another_key_or_an_altered_text_is_told(other: Vault | None) -> None:
    vault = Vault(b"k" * 32)
    token = vault.encrypt("text")
    with pytest.raises(SettingsError, match="密钥"):
        (other or vault).decrypt(token if other else token[:-8] + "AAAAAAA=")


def test_a_fingerprint_depends_on_the_key_the_parts_and_their_borders() -> None:
    vault = Vault(b"k" * 32)
    assert vault.fingerprint(["a", "b"]) == vault.fingerprint(iter(["a", "b"]))
    others = [["ab"], ["b", "a"], ["a", "b", ""], ['a","b']]
    assert len({vault.fingerprint(parts) for parts in [["a", "b"], *others]}) == 5
    assert vault.fingerprint(["a", "b"]) != Vault(b"x" * 32).fingerprint(["a", "b"])


def test_the_key_file_is_made_once_and_is_its_owners_alone(home: Path) -> None:
    token = open_vault(home).encrypt("text")
    assert open_vault(home).decrypt(token) == "text"
    if os.name != "nt":
        assert stat.S_IMODE((home / "key").stat().st_mode) == 0o600
    assert [path.name for path in home.iterdir()] == ["key"]


def test_the_environments_key_goes_before_the_file(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YWTB_KEY", base64.urlsafe_b64encode(b"e" * 32).decode())
    token = open_vault(home).encrypt("text")
    assert Vault(b"e" * 32).decrypt(token) == "text"
    assert not (home / "key").exists()


@pytest.mark.parametrize("key", ["short", "!" * 44, base64.urlsafe_b64encode(b"e" * 31).decode()])
def test_a_key_of_another_form_is_told_and_not_quoted(
    home: Path, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    monkeypatch.setenv("YWTB_KEY", key)
    with pytest.raises(SettingsError, match="YWTB_KEY") as caught:
        open_vault(home)
    assert key not in str(caught.value)


def test_an_emptied_key_file_is_told_and_never_replaced(home: Path) -> None:
    home.mkdir()
    (home / "key").write_text("", encoding="utf-8")
    with pytest.raises(SettingsError):
        open_vault(home)
    assert (home / "key").read_text(encoding="utf-8") == ""


def test_processes_that_open_a_new_folder_at_once_get_one_key(home: Path) -> None:
    script = (
        "import sys\nfrom pathlib import Path\nfrom rpa.vault import open_vault\n"
        "print('ready', flush=True)\nsys.stdin.readline()\n"
        "print(open_vault(Path(sys.argv[1])).fingerprint(['x']), flush=True)\n"
    )
    running = [
        subprocess.Popen(
            [sys.executable, "-c", script, str(home)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[2],
        )
        for _ in range(4)
    ]
    for process in running:
        assert process.stdout and process.stdout.readline() == "ready\n"
    for process in running:
        assert process.stdin
        process.stdin.write("\n")
        process.stdin.flush()
    seen = {process.communicate(timeout=30)[0].strip() for process in running}
    assert len(seen) == 1 and len(seen.pop()) == 64
