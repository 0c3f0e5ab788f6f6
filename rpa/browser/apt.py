"""Debian's packages, for a machine that has nothing yet."""

from __future__ import annotations

from rpa.browser.machine import Machine, Ran

__all__ = ["Apt"]

_INSTALL_SECONDS = 900
_UPDATE_SECONDS = 300
_APT = ("env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-o", "DPkg::Lock::Timeout=120")


class Apt:
    """Installs packages; fetches the package lists at most once, and only after an install has failed."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._updated = False
        self.output = ""

    @staticmethod
    def usable(machine: Machine) -> bool:
        """Whether this is Debian or one of its kin and we may install."""
        return machine.platform == "linux" and machine.is_root and machine.which("apt-get") is not None

    def install(self, *packages: str) -> bool:
        """Install the packages; False when apt could not. What apt printed is kept in `output`."""
        if self._install(packages).ok:
            return True
        if self._updated:
            return False
        self._updated = True
        # a foreign source that fails makes the update fail though Debian's own lists came: go on anyway
        self._run([*_APT, "update", "-q"], _UPDATE_SECONDS)
        return self._install(packages).ok

    def _install(self, packages: tuple[str, ...]) -> Ran:
        return self._run(
            [*_APT, "install", "-y", "-q", "--no-install-recommends", *packages], _INSTALL_SECONDS
        )

    def _run(self, command: list[str], seconds: float) -> Ran:
        ran = self._machine.run(command, seconds)
        self.output += ran.output
        return ran
