"""Citations are printed in one style, and nothing in a reference is markup."""

from depotwatch.labels.records import Source
from depotwatch.labels.references.formatted import citations
from depotwatch.labels.reports import load

REPORT = Source(
    "r",
    {
        "id": "r",
        "type": "report",
        "title": "The Route",
        "author": [{"family": "Byrne", "given": "James"}, {"literal": "Open Source Centre"}],
        "publisher": "An Institute",
        "issued": {"date-parts": [["2031", 10, "16"]]},
        "URL": "https://example.org/a",
        "custom": {"kept": [1]},
        "event-date": {"season": "summer"},
    },
)


def test_a_report_is_cited_with_who_what_where_when_and_address() -> None:
    plain, html = citations([REPORT]), citations([REPORT], html=True)
    assert plain == (
        "Byrne, James and Open Source Centre. The Route. An Institute, 16 October 2031. https://example.org/a",
    )
    assert html[0] == plain[0].replace("The Route", "<i>The Route</i>")
    assert citations([]) == ()


def test_nothing_in_a_reference_is_markup() -> None:
    bad = Source(
        "x",
        {
            "type": "report",
            "title": "<script>alert(1)</script> & <b onclick=x>more</b>",
            "author": [{"literal": "<img src=x onerror=alert(1)>"}],
            "URL": 'https://example.org/"><script>',
        },
    )
    (html,) = citations([bad], html=True)
    assert "<script" not in html and "<img" not in html and "<b" not in html and "&lt;script&gt;" in html
    assert html.count("<") == 2, "the style's own emphasis alone"
    assert "<script>alert(1)</script> & more" in citations([bad])[0]


def test_every_reference_is_cited_even_one_of_which_nothing_is_known() -> None:
    sources = [*load().sources, Source("X", {}), Source("x", {"issued": {"raw": "2031-10-16 or so"}, "title": "T"})]
    texts = citations(sources)
    assert len(texts) == len(sources) and all(texts)
    assert texts[-2:] == ("‘X’. no date.", "‘T’. 16 October 2031.")
    assert citations([Source("a", {"type": "webpage", "URL": "https://example.org/a"})]) == (
        "no date. https://example.org/a",
    )
