"""The embedded case: invented places rendered by a plain physical model, with the truth beside them."""

from .case import Case, render_case
from .storage import read_truth, write_case
from .truth import TruthObject

__all__ = ["Case", "TruthObject", "read_truth", "render_case", "write_case"]
