"""Judgement, where pixels meet records: compare two dates, review, count, and set claims beside what was observed."""

from .compare import Result, Settings, compare
from .count import CountRow, count
from .ledger import LedgerRow, ledger
from .review import Review

__all__ = ["CountRow", "LedgerRow", "Result", "Review", "Settings", "compare", "count", "ledger"]
