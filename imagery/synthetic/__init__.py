"""The embedded case: invented places rendered by a plain physical model, with the truth beside them."""

from .case import Case, render_case
from .storage import write_case
from .truth import TruthObject

__all__ = ["Case", "TruthObject", "render_case", "write_case"]
