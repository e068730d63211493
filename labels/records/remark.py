"""A remark: what one analyst wrote about an annotation, and when; together they are its thread."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Remark:
    """
    One remark; later ones stand beside it and none takes its place.

    Parameters
    ----------
    id
        A random one.
    annotation
        Annotation id.
    analyst
        Name the analyst works under.
    time
        UTC, ISO 8601.
    text
        Free words.
    """

    id: str
    annotation: str
    analyst: str
    time: str
    text: str
