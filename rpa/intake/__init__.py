"""Input: workbooks, JSON and YAML become validated applications; blank and annotated workbooks go back."""

from rpa.intake.rules import Advice, Advising

__all__ = ["Advice", "Advising"]
