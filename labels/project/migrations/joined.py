"""Version 3: two journals can stand in one, each with entries of its own numbers, joined by a merge."""

from .step import Step

STEP = Step("a journal may hold two chains that a merge joined")
