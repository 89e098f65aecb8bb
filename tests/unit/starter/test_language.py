"""The language of a command is what was asked for, else what the locale says."""

import pytest
import typer
from typer.testing import CliRunner

from domain.notes.words import Language
from starter.cli.language import Lang, LangOfAll, by_locale

app = typer.Typer()


@app.callback()
def root(lang: LangOfAll = None) -> None:
    """Nothing."""


@app.command()
def told(*, lang: Lang) -> None:
    """The language that was chosen."""
    print(lang.value)


@pytest.mark.parametrize(
    ("variables", "lang"),
    [
        ({}, Language.EN),
        ({"LANG": "zh_CN.UTF-8"}, Language.ZH),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": ""}, Language.ZH),
        ({"LANG": "zh_CN.UTF-8", "LC_MESSAGES": "en_US.UTF-8"}, Language.EN),
        ({"LANG": "en_US.UTF-8", "LC_MESSAGES": "C", "LC_ALL": "zh_TW"}, Language.ZH),
        ({"LANG": "de_DE.UTF-8"}, Language.EN),
    ],
)
def test_the_locale_decides_as_it_does_elsewhere(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], lang: Language
) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert by_locale() is lang
    assert CliRunner().invoke(app, ["told"]).stdout == f"{lang}\n"


@pytest.mark.parametrize(
    ("arguments", "lang"),
    [
        (["told", "--lang", "zh"], "zh"),
        (["--lang", "zh", "told"], "zh"),
        (["--lang", "zh", "told", "--lang", "en"], "en"),
        (["--lang", "en", "told"], "en"),
    ],
)
def test_what_is_asked_for_wins_and_the_command_over_what_stands_before_it(
    arguments: list[str], lang: str
) -> None:
    assert CliRunner().invoke(app, arguments).stdout == f"{lang}\n"


def test_another_language_is_refused() -> None:
    refused = CliRunner().invoke(app, ["told", "--lang", "fr"])
    assert (refused.exit_code, "'fr' is not one of 'en', 'zh'" in refused.stderr) == (2, True)
