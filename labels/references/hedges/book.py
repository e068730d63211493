"""The book of rules and phrases: those that come with depotwatch, and a project's own in their place."""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from ...errors import ReferenceFileError
from ..items import read_text
from .language import Language, phrases_of
from .rule import Rule

LANGUAGES = ("en", "fr")


@dataclass(frozen=True, slots=True)
class RuleBook:
    """
    Rules and phrases.

    Parameters
    ----------
    rules
        By name.
    languages
        By name: "en", "fr".
    """

    rules: Mapping[str, Rule]
    languages: Mapping[str, Language]

    def with_own(self, own: Mapping[str, Any], where: str) -> "RuleBook":
        """
        Return the book with rules and phrases of one's own in front of those that are there.

        Parameters
        ----------
        own
            "rules", by name, and for a language its "phrases", as in the files that come with depotwatch.
        where
            Begins messages.

        Raises
        ------
        ReferenceFileError
            Something is missing, unknown or no rule; the message names it.
        """
        unknown = set(own) - {"rules", *self.languages}
        if unknown:
            raise ReferenceFileError(
                f"{where} holds {', '.join(sorted(unknown))}; rules and {', '.join(self.languages)} are known."
            )
        found = own.get("rules", {})
        if not isinstance(found, Mapping):
            raise ReferenceFileError(f"{where}: rules is no table; write [rules.about] and below it low and high.")
        rules = {**self.rules, **{name: Rule.read(name, fields, where) for name, fields in found.items()}}
        languages = dict(self.languages)
        for name in set(own) - {"rules"}:
            more = own[name].get("phrases", ()) if isinstance(own[name], Mapping) else ()
            phrases = phrases_of(more, f"{where}, {name}")
            for phrase in phrases:
                for rule in (phrase.rule, phrase.inside or phrase.rule):
                    if rule not in rules:
                        raise ReferenceFileError(
                            f"{where}, {name}: “{phrase.pattern}” names the rule {rule!r}, and there are "
                            f"{', '.join(rules)}."
                        )
            languages[name] = replace(languages[name], phrases=(*phrases, *languages[name].phrases))
        return RuleBook(rules, languages)


@cache
def built_in() -> RuleBook:
    """Return the rules and phrases that come with depotwatch."""
    folder = files(__package__)
    texts = {name: tomllib.loads((folder / f"{name}.toml").read_text("utf-8")) for name in ("rules", *LANGUAGES)}
    rules = {name: Rule.read(name, fields, "rules.toml") for name, fields in texts["rules"].items()}
    return RuleBook(rules, {name: Language.read(name, texts[name], f"{name}.toml") for name in LANGUAGES})


def read_own(path: str | Path) -> Mapping[str, Any]:
    """
    Return rules and phrases of one's own from a TOML file, after checking them against the book.

    Raises
    ------
    ReferenceFileError
        The file cannot be read, is no TOML, or holds something that is no rule.
    """
    try:
        own = tomllib.loads(read_text(Path(path)))
    except tomllib.TOMLDecodeError as error:
        raise ReferenceFileError(f"{path} is not TOML ({error}): correct it there.") from error
    built_in().with_own(own, str(path))
    return own


def book_of(kept: str | None) -> RuleBook:
    """Return the book with what a project keeps of its own, as JSON; None where it keeps nothing."""
    return built_in() if kept is None else built_in().with_own(json.loads(kept), "The project")
