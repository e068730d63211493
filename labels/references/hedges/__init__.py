"""The hedge reader: "more than a hundred" and "jusqu'à 1 000" as intervals, by rules that are printed and edited."""

from .book import RuleBook, book_of, built_in, read_own
from .reading import Hedge, read_hedge

KEPT_AS = "hedge rules"  # the preference under which a project keeps rules of its own

__all__ = ["KEPT_AS", "Hedge", "RuleBook", "book_of", "built_in", "read_hedge", "read_own"]
