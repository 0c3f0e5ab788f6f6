"""A page of the portal as a clerk sees it: forms, buttons, tables, upload rows and layers, by their visible words."""

from rpa.screen.cards import Card
from rpa.screen.form import Control, Value, same, shown_as
from rpa.screen.pack import Element, Pack, ScreenPack, load_packs
from rpa.screen.screen import Screen
from rpa.screen.signs import Signs
from rpa.screen.states import StateKind
from rpa.screen.table import Fact, Row, Table
from rpa.screen.uploads import UploadRow
from rpa.screen.view import Pace, View
from rpa.screen.words import fold

__all__ = [
    "Card",
    "Control",
    "Element",
    "Fact",
    "Pace",
    "Pack",
    "Row",
    "Screen",
    "ScreenPack",
    "Signs",
    "StateKind",
    "Table",
    "UploadRow",
    "Value",
    "View",
    "fold",
    "load_packs",
    "same",
    "shown_as",
]
