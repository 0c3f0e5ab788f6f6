"""A case's papers: what is handed out to be signed, and the scans that come back (design D5)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from rpa.application import Application, Attachment
from rpa.cases.case import Case, FormToSign
from rpa.cases.signature import SIGNED_FOLDER, check_scan, find_scan
from rpa.desk import Form, Papers
from rpa.errors import NeedsPerson
from rpa.private_files import private_folder

__all__ = ["Gate"]

_SCAN_LIMIT = 10 * 1024 * 1024


class Gate:
    """The signature gate of one case: which forms are out, which scans are in. A scan is checked before it is used."""

    def __init__(self, case: Case, application: Application) -> None:
        self._case = case
        self._application = application
        self._forms = {(form.form, form.member_key): form for form in case.to_sign}
        self._checked: set[Path] = set()

    def is_open(self) -> bool:
        """Whether every form that is out has come back.

        Raises :class:`~rpa.errors.NeedsPerson` for scans that are none, all of them at once.
        """
        scans: list[Path | None] = []
        unfit: list[NeedsPerson] = []
        for form in self._forms.values():
            try:
                scans.append(self.scan(form.form, form.member_key))
            except NeedsPerson as error:
                unfit.append(error)
        if unfit:
            raise _all_of(unfit)
        return bool(scans) and all(scans)

    def scan(self, title: str, member_key: str | None) -> Path | None:
        """The checked scan of a form, or None while it is not there. Reads files."""
        form = self._forms.get((title, member_key))
        if form is None:
            return None
        path = find_scan(self._case.folder, form, self._given(title, member_key))
        if path is not None and path not in self._checked:
            check_scan(path, form, _SCAN_LIMIT)
            self._checked.add(path)
        return path

    def set_aside(self) -> None:
        """Put away the scans that came back for an earlier input: what they were signed for is no longer filed."""
        signed = self._case.folder / SIGNED_FOLDER
        if signed.is_dir() and any(signed.iterdir()):
            signed.rename(signed.with_name(f"{SIGNED_FOLDER}-before-{self._case.revision}"))

    def _given(self, title: str, member_key: str | None) -> Path | None:
        """The scan that the input itself names."""
        files: list[Attachment] = self._application.files
        if member_key is not None:
            files = next(
                (member.files for member in self._application.members if member.key == member_key), []
            )
        return next((file.path for file in files if file.material == title), None)

    def papers(self, keep_draft: Callable[[str], Awaitable[None]]) -> Papers:
        """The papers as a flow sees them; see :class:`~rpa.desk.Papers`."""
        return Papers(
            folder=self._case.folder,
            key=self._case.key,
            find_scan=self.scan,
            keep_draft=keep_draft,
            draft_no=self._case.group_no,
            handed_out=self._handed_out,
        )

    def _handed_out(self, form: Form) -> None:
        self._forms[form.title, form.member_key] = FormToSign(
            form.title, form.member_key, form.member_name, form.path
        )

    def to_sign(self) -> list[FormToSign]:
        """All forms that are out, those of an earlier round included; the folder for their scans is made ready."""
        private_folder(self._case.folder / SIGNED_FOLDER)
        return list(self._forms.values())


def _all_of(errors: Sequence[NeedsPerson]) -> NeedsPerson:
    """Several unfit scans as one error: each said with its form, the advice once."""
    first, *others = errors
    told = "；".join([first.message, *(f"{error.where}{error.message}" for error in others)])
    return NeedsPerson(told, where=first.where, advice=first.advice)
