"""In which language a command speaks to people: what was asked for, else what the locale says."""

import os
from typing import Annotated

import typer

from domain.notes.words import Language

_LOCALE = ("LC_ALL", "LC_MESSAGES", "LANG")
"""The first of these variables that is set decides, as everywhere."""


def by_locale() -> Language:
    """Chinese where the environment is Chinese, else English."""
    locale = next((value for name in _LOCALE if (value := os.environ.get(name))), "")
    return Language.ZH if locale.lower().startswith("zh") else Language.EN


def _unless_said_before(context: typer.Context, lang: Language) -> Language:
    before, source = context.find_root().params.get("lang"), context.get_parameter_source("lang")
    return Language(before) if before and source is not None and source.name == "DEFAULT" else lang


Lang = Annotated[
    Language,
    typer.Option(
        "--lang",
        default_factory=by_locale,
        callback=_unless_said_before,
        show_default=False,
        help="The language of what is told to people; unset: of your locale.",
    ),
]
"""A keyword of every command that prints sentences."""
LangOfAll = Annotated[Language | None, typer.Option("--lang", help="The language, for any command.")]
