"""Fetching: only the area of a chosen acquisition, as a scene on this disk with an item beside it."""

from .fetching import Fetched, fetch
from .planning import Plan, plan

__all__ = ["Fetched", "Plan", "fetch", "plan"]
