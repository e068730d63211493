"""The linter: everything in a text that is to be written otherwise. It reads English; other languages give nothing."""

from .contents import asserted_contents
from .counts import bare_counts, bare_dates
from .finding import Finding
from .likelihood import inference, mixed_rows, with_confidence
from .sentences import sentences

NOTE, OBSERVATION, ASSESSMENT = PARTS = ("note", "observation", "assessment")


def lint(text: str, part: str = NOTE) -> tuple[Finding, ...]:
    """
    Return what is to be written otherwise in a note, a caption, an observation or an assessment.

    Likelihood stands in one row of ICD 203 terms (2015), never in one sentence with a level of confidence; counts have
    an interval; changes are bracketed by two dates; contents are not asserted; and an observation concludes nothing.
    What stands in double quotation marks is another's, and left alone.

    Parameters
    ----------
    text
        As the analyst wrote it.
    part
        "note" (also captions), "observation" or "assessment".

    Returns
    -------
    tuple
        One finding a phrase, in the order of the text's sentences; each once.
    """
    found: dict[Finding, None] = {}
    for sentence in sentences(text):
        for rule in (mixed_rows, with_confidence, bare_counts, bare_dates, asserted_contents):
            found |= dict.fromkeys(rule(sentence))
        if part == OBSERVATION:
            found |= dict.fromkeys(inference(sentence))
    return tuple(found)
