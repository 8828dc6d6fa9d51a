"""Ledgers in: what an office keeps by hand becomes records.

Each kind of ledger is taken in by one function: cells are read before the transaction, then everything is matched with
what is there and written in one transaction, which a dry run rolls back. A wrong cell never loses its row.
"""

from people.importing.buildings import BuildingsOutcome, import_buildings
from people.importing.network import import_network
from people.importing.outcome import CellError, Change, Outcome, Progress
from people.importing.residents import import_residents

__all__ = [
    "BuildingsOutcome",
    "CellError",
    "Change",
    "Outcome",
    "Progress",
    "import_buildings",
    "import_network",
    "import_residents",
]
