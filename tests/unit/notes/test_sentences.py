"""Every sentence, verb and label is said in both languages, with all that it holds."""

import importlib
import pkgutil
import typing
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

import domain.notes.sentences
from domain.money import Money
from domain.notes.general import Said
from domain.notes.sentences import labels
from domain.notes.sentences.next_steps import BoughtAt, GivenUpAt, TriedAgainAt
from domain.notes.sentences.sentence import SENTENCES, Plain, Sentence, WithWhy, paragraph
from domain.notes.words import Language, Words
from domain.verbs.table import DELIVERY_VERBS, ORDER_VERBS
from domain.verbs.verb import OrderVerb, Verb

for _module in pkgutil.iter_modules(domain.notes.sentences.__path__):
    importlib.import_module(f"domain.notes.sentences.{_module.name}")

AT = datetime(2026, 3, 1, 8, 30, tzinfo=UTC)
SAID_AS_IT_IS = frozenset({"plain", "listed", "with_why", "followed", "refund_part", "bundle_sold"})
"""Sentences that say nothing but what they hold; so do those whose only words are of a list."""
VERBS = [*DELIVERY_VERBS.values(), *ORDER_VERBS.values()]


def example(kind: type[Sentence]) -> tuple[Sentence, list[str]]:
    """A sentence of this kind, and what has to be seen of each of its parameters."""
    values: dict[str, Any] = {}
    seen = []
    for number, (name, declared) in enumerate(typing.get_type_hints(kind).items()):
        if typing.get_origin(declared) is typing.ClassVar:
            continue
        text = f"q{number}z"
        if declared is int:
            values[name], shown = 70_000 + number, str(70_000 + number)
        elif declared is Money:
            values[name], shown = Money(amount=70_000 + number, currency="CNY"), f"700.0{number} CNY"
        elif "datetime" in str(declared):
            values[name], shown = AT + timedelta(minutes=number), f"2026-03-01 08:{30 + number}:00+00:00"
        elif "tuple" in str(declared):
            values[name], shown = (Plain(text=text), Plain(text="other")), text
        elif "Sayable" in str(declared):
            values[name], shown = Plain(text=text), text
        else:
            values[name], shown = text, text
        seen.append(shown)
    return kind(**values), seen


def is_chinese(text: str) -> bool:
    return any("\u4e00" <= letter <= "\u9fff" for letter in text)


@pytest.mark.parametrize(("code", "kind"), sorted(SENTENCES.items()))
def test_a_sentence_is_said_in_both_languages_with_all_that_it_holds(code: str, kind: type[Sentence]) -> None:
    sentence, seen = example(kind)
    english, chinese = sentence.say(Language.EN, UTC), sentence.say(Language.ZH, UTC)
    assert [each for each in seen if each not in english or each not in chinese] == []
    assert english.isascii()
    assert code in SAID_AS_IT_IS or is_chinese(chinese) or kind.words.zh.startswith("{")
    assert sentence.as_json()["code"] == code


@pytest.mark.parametrize(
    "label", [each for each in vars(labels).values() if isinstance(each, Words)], ids=lambda each: each.en
)
def test_a_label_has_both_languages(label: Words) -> None:
    assert label.en.isascii()
    assert label is labels.NUMBER or is_chinese(label.zh)


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.act)
def test_a_verb_has_its_title_and_its_end_in_both_languages(verb: Verb) -> None:
    said = [verb.title, *([verb.done] if isinstance(verb, OrderVerb) and verb.done else [])]
    for words in said:
        english, chinese = (words.say(lang, order="shop/1") for lang in Language)
        assert english.isascii() and is_chinese(chinese)
        assert english.count("shop/1") == chinese.count("shop/1")


def test_the_titles_of_verbs_tell_them_apart() -> None:
    for lang in Language:
        assert len({verb.title.say(lang) for verb in VERBS}) == len(VERBS)


def test_a_sentence_that_lacks_a_parameter_is_not_made() -> None:
    with pytest.raises(TypeError, match=r"^bought_at is made of at$"):
        BoughtAt()  # type: ignore[call-arg]


def test_two_sentences_cannot_have_one_name() -> None:
    with pytest.raises(TypeError, match="two sentences have the code plain"):
        type("Plain", (Sentence,), {})


def test_sentences_follow_each_other_with_the_stops_of_their_language() -> None:
    sentences: list[Sentence] = [Plain(text="one"), WithWhy(what=Plain(text="two"), why=Said(text="three"))]
    assert paragraph(sentences, Language.EN) == "One. Two (three)."
    assert paragraph(sentences, Language.ZH) == "one。two（three）。"


def test_moments_inside_a_sentence_are_of_the_zone_of_who_reads_it() -> None:
    there = timezone(timedelta(hours=8), "CST")
    sentence = TriedAgainAt(at=AT, end=GivenUpAt(at=AT))
    assert sentence.say(Language.EN, there) == (
        "tried again at 2026-03-01 16:30:00+08:00; given up at 2026-03-01 16:30:00+08:00"
    )
    assert sentence.as_json() == {
        "code": "tried_again_at",
        "at": "2026-03-01T08:30:00Z",
        "end": {"code": "given_up_at", "at": "2026-03-01T08:30:00Z"},
    }


def test_what_a_parameter_holds_is_never_read_as_words() -> None:
    assert WithWhy(what=Plain(text="{why}"), why=Plain(text="{0}")).say(Language.EN) == "{why} ({0})"
