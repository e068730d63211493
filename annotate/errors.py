"""What can go wrong in judgement: one base, and a class for each thing a caller may want to handle."""


class AnnotateError(Exception):
    """The job cannot be done as asked; the message says what to do."""


class KindError(AnnotateError):
    """A kind is not known or not well defined."""


class ReviewError(AnnotateError):
    """A step of the review is not possible."""
