"""`depotwatch claim judge`: what an analyst makes of a claim, observation and assessment apart."""

from dataclasses import asdict
from typing import Annotated

import typer

from ..errors import CommandError
from . import flags, session
from .outcome import tell


def judge(
    project: flags.ProjectFile,
    id: Annotated[str, typer.Argument(metavar="ID", help="Id of the claim.")],
    observation: Annotated[
        str | None, typer.Option(metavar="TEXT", help="What is visible; nothing that follows from it.")
    ] = None,
    assessment: Annotated[str | None, typer.Option(metavar="TEXT", help="What follows from it.")] = None,
    likelihood: Annotated[
        str | None,
        typer.Option(
            metavar="TERM",
            help="How probable that is: almost no chance, very unlikely, unlikely, roughly even chance, likely, very "
            "likely, almost certain.",
        ),
    ] = None,
    confidence: Annotated[
        str | None, typer.Option(metavar="LEVEL", help="How good the evidence is: low, moderate, high.")
    ] = None,
    analyst: flags.Analyst = None,
) -> None:
    """Keep your judgement of a claim beside the ledger's; it takes the place of your earlier one."""
    name = session.analyst_of_statement(analyst, project)

    from ...annotate.words import lint
    from ...labels.journal import utc_now
    from ...labels.records import Judgement

    if not any((observation, assessment, likelihood, confidence)):
        raise CommandError("Nothing is judged; give --observation, --assessment, --likelihood or --confidence.")
    with session.opened(project) as kept, kept.transaction():
        one = Judgement(id, name, utc_now(), observation or "", assessment or "", likelihood, confidence)
        before = next((old for old in kept.judgements() if (old.claim, old.analyst) == (id, name)), None)
        kept.put_judgement(one)
        done = {"claim": id, "before": None if before is None else asdict(before), "after": asdict(one)}
        kept.append(name, "claim judge", done)
        session.remember_analyst(name, kept)
    tell(f"Kept what {name} makes of {id}.")
    for part in ("observation", "assessment"):
        for finding in lint(getattr(one, part), part):
            tell(f"{part}, {finding.rule}: {finding.sentence}")
