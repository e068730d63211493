"""Words: whether analysts keep likelihood, confidence, observation and assessment apart, and assert no more."""

from .finding import Finding
from .linting import lint
from .texts import Remarked, lint_project

__all__ = ["Finding", "Remarked", "lint", "lint_project"]
