"""What other programs change is written down."""

from .step import Step

STEP = Step("edits by other programs are written down")
