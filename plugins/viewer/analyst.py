"""Who reviews: the name that the journal keeps, from where it is known. No Qt."""

import os
from collections.abc import Callable

from ...labels.project import Project
from .preferences import Preferences

VARIABLE, PREFERENCE = "DEPOTWATCH_ANALYST", "analyst"


def analyst_of(project: Project, given: str | None, preferences: Preferences, ask: Callable[[], str]) -> str:
    """
    Return the name of who reviews a project; empty where there is none.

    Parameters
    ----------
    project
        Remembers the first name that it was opened under.
    given
        Goes before all others; then DEPOTWATCH_ANALYST, then what the project remembers.
    preferences
        What napari's settings have.
    ask
        Called where nobody knows.
    """
    name = given or os.environ.get(VARIABLE) or project.preference(PREFERENCE) or preferences.analyst or ask()
    if name and project.preference(PREFERENCE) is None:
        project.set_preference(PREFERENCE, name)
    return name
