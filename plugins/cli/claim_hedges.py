"""`depotwatch claim hedges`: the rules by which hedges are read, a project's own among them; and reading one."""

import json as json_text
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import CommandError
from . import flags, output, session
from .outcome import tell

if TYPE_CHECKING:
    from ...labels.project import Project
    from ...labels.records import Claim
    from ...labels.references.hedges import RuleBook


def hedges(
    project: flags.ProjectFile,
    phrase: Annotated[
        str | None, typer.Argument(metavar="PHRASE", help='Read this one: "more than a hundred".')
    ] = None,
    language: Annotated[str | None, typer.Option(metavar="TAG", help="en or fr; if left out, they must agree.")] = None,
    rules: Annotated[
        Path | None,
        typer.Option(metavar="FILE.toml", help="Rules and phrases of your own; the project keeps them."),
    ] = None,
    reset: Annotated[bool, typer.Option("--reset", help="Forget the project's own rules.")] = False,
    json: flags.Json = False,
    analyst: flags.Analyst = None,
) -> None:
    """Print the rules by which hedges are read, or read a phrase by them; a project may have rules of its own."""
    from ...labels.references.hedges import read_hedge

    if rules is not None or reset:
        _set_rules(project, rules, reset, analyst)
    with session.opened(project, read_only=True) as kept:
        book = book_in(kept)
    if phrase is None:
        _print_rules(project, book, json)
        return
    found = read_hedge(phrase, book, language)
    if json:
        told = {"phrase": phrase, "low": found.low, "high": found.high, "rules": list(found.rules)}
        output.print_json({"project": str(project), **told, "explanation": found.explanation})
    else:
        print(found.explanation)


def with_hedge_read(project: "Project", claim: "Claim", hedge: str, language: str | None) -> "Claim":
    """Return a claim with the interval its hedge stands for, and say how it was read, or that it was not."""
    from ...labels.references.hedges import read_hedge
    from ...labels.references.tongues import language_tag

    book = book_in(project)
    spoken = {source.id: source.language for source in project.sources()}.get(claim.source)
    known = spoken is not None and language_tag(spoken).lower()[:2] in book.languages
    unit = None if claim.quantity is None else claim.quantity.unit
    found = read_hedge(hedge, book, language or (spoken if known else None), unit)
    tell(found.explanation)
    return replace(claim, quantity=found.quantity(unit))


def book_in(project: "Project") -> "RuleBook":
    """Return the rules that count in a project."""
    from ...labels.references.hedges import KEPT_AS, book_of

    return book_of(project.preference(KEPT_AS) or None)


def _set_rules(path: Path, rules: Path | None, reset: bool, analyst: str | None) -> None:
    from ...labels.references.hedges import KEPT_AS, read_own

    if rules is not None and reset:
        raise CommandError("--rules and --reset were both given; give one.")
    name = session.analyst_of_statement(analyst, path)
    own = {} if rules is None else read_own(rules)
    with session.opened(path) as kept, kept.transaction():
        kept.set_preference(KEPT_AS, json_text.dumps(own) if own else "")
        kept.append(name, "hedge rules", {"rules": dict(own)})
        session.remember_analyst(name, kept)
    tell("Hedges are read by the rules of depotwatch alone." if rules is None else f"Keeps the rules of {rules.name}.")


def _print_rules(path: Path, book: "RuleBook", json: bool) -> None:
    spoken = {
        name: {rule: [one.pattern for one in words.phrases if one.rule == rule] for rule in book.rules}
        for name, words in book.languages.items()
    }
    if json:
        rows = [
            {
                "rule": rule.name,
                "low": rule.low.text,
                "high": None if rule.high is None else rule.high.text,
                "phrases": {name: phrases[rule.name] for name, phrases in spoken.items()},
            }
            for rule in book.rules.values()
        ]
        output.print_json({"project": str(path), "rules": rows})
        return
    output.print_table(
        ("rule", "from", "to", "phrases"),
        [
            (
                *(rule.name, rule.low.text, None if rule.high is None else rule.high.text),
                "; ".join(
                    f"{name}: {', '.join(found[rule.name])}" for name, found in spoken.items() if found[rule.name]
                ),
            )
            for rule in book.rules.values()
        ],
    )
