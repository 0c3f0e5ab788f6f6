"""Reports: a workbook and a page of all that the ledger knows of groups and cases, without anybody's personal data."""

from rpa.status.report.results import HEADINGS, results_for
from rpa.status.report.scope import Scope
from rpa.status.report.write import Written, write_report

__all__ = ["HEADINGS", "Scope", "Written", "results_for", "write_report"]
