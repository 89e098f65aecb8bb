"""`perkflow bundle`: each contract that must not be published is refused with its line, and exit code 2."""

from collections.abc import Callable
from pathlib import Path

import jsonschema  # type: ignore[import-untyped]
import pytest
import yaml

from domain.contract.bundle import Bundle
from domain.contract.catalogue import Catalogue
from domain.validation.catalogue import check_catalogue, sold_as
from starter.cli.bundle.commands import Kind, json_schema
from starter.documents.reading import InvalidDocument, load
from tests.cli.running import Perkflow
from tests.support.places import EXAMPLES

Write = Callable[[str, str], Path]

OFFLINE = ("--catalogue", EXAMPLES / "catalogue.yaml", "--connections", EXAMPLES / "connections.yaml")
BUNDLES = ("joint-membership", "all-or-nothing", "with-later-gift", "year-of-video")


@pytest.mark.parametrize("bundle", BUNDLES)
def test_the_examples_are_valid_without_any_server(perkflow: Perkflow, bundle: str) -> None:
    ran = perkflow("bundle", "validate", EXAMPLES / f"{bundle}.yaml", *OFFLINE, "--json")
    assert (ran.exit_code, ran.err) == (0, "")
    told = {name: value for name, value in ran.document.items() if name != "refundable"}
    assert told == {
        "valid": True,
        "bundle": bundle,
        "version": 1,
        "compared_with_book": False,
        "warnings": [],
    }


@pytest.mark.parametrize(
    ("bundle", "before", "after"), [("joint-membership", 5900, 2107), ("all-or-nothing", 7900, 6600)]
)
def test_it_is_told_what_can_be_paid_back_at_most(
    perkflow: Perkflow, bundle: str, before: int, after: int
) -> None:
    ran = perkflow("bundle", "validate", EXAMPLES / f"{bundle}.yaml", *OFFLINE, "--json")
    found = ran.document["refundable"]
    shares = [part["share"]["amount"] for part in found["components"]]
    assert (found["before_delivery"]["amount"], found["after_delivery"]["amount"]) == (before, after)
    assert sum(shares) == before


def test_people_are_told_what_was_checked(perkflow: Perkflow) -> None:
    ran = perkflow("bundle", "validate", EXAMPLES / "joint-membership.yaml", *OFFLINE)
    assert "At most 59.00 CNY before anything is delivered, 21.07 CNY once everything is.\n" in ran.out
    assert ran.out.endswith(
        "joint-membership version 1 is valid: checked by itself, "
        "but not with what is published (no database).\n"
    )


def test_what_may_not_be_meant_is_remarked_by_line(perkflow: Perkflow, write: Write) -> None:
    text = (EXAMPLES / "year-of-video.yaml").read_text()
    file = write("year.yaml", text.replace("{after: P7D}", "{at: 2020-01-01T00:00:00Z}"))
    field, message = "components[2].release.at", "is past already, so that it means the moment of the order"
    ran = perkflow("bundle", "validate", file, *OFFLINE, "--json")
    assert (ran.exit_code, ran.err) == (0, "")
    assert ran.document["warnings"] == [{"line": 29, "field": field, "message": message}]
    said = perkflow("bundle", "validate", file, *OFFLINE)
    assert said.out.endswith(f"\nWarning: {file}:29: {field}: {message}\n")


@pytest.mark.parametrize(
    ("bundle", "old", "new", "told"),
    [
        ("joint-membership", "amount: 5900", "amount: 0", "6: price.amount: must be greater than zero"),
        ("joint-membership", "amount: 5900", "amount: -1", "6: price.amount: must be greater than zero"),
        (
            "all-or-nothing",
            "amount: 2400",
            "amount: 2399",
            "8: components: shares sum to 7899, the price is 7900: add 1",
        ),
        (
            "all-or-nothing",
            "    share: {amount: 2400, currency: CNY}\n",
            "",
            "9: components[0].share: missing: give a share to every component, or to none",
        ),
        (
            "joint-membership",
            "id: phone",
            "id: video",
            "15: components[1].id: video is used twice; component ids are unique in a bundle",
        ),
        (
            "with-later-gift",
            "benefit: tea-gift",
            "benefit: tea",
            "13: components[1].benefit: the catalogue has no benefit tea; add it or correct it",
        ),
        (
            "joint-membership",
            "per_benefit: {phone-30: 3}",
            "per_benefit: {tea-gift: 3}",
            "23: limits.per_benefit.tea-gift: no component delivers tea-gift; remove it",
        ),
        (
            "all-or-nothing",
            "    role: frequent\n    reversibility: until_revealed",
            "    role: frequent\n    reversibility: irreversible",
            "24: components[2].reversibility: the policy may have to undo every required component, but "
            "music, points are irreversible; "
            "at most one may be: make the others reversible or relax the policy",
        ),
        (
            "year-of-video",
            "activated(video)",
            "activated(opera)",
            "23: components[1].release.when: there is no component opera; "
            "the bundle has video, music, phone, coffee, tea",
        ),
        (
            "year-of-video",
            "release: {every: P1M, times: 12}",
            "needs: [phone]",
            "17: components[0].needs[0]: waits in a circle: video -> phone -> video; "
            "let one of them wait for none of the others",
        ),
        (
            "joint-membership",
            "policy: core_must",
            "policy: {at_least: 4}",
            "8: policy.at_least: 4 is more than the 3 components there are",
        ),
    ],
)
def test_a_contract_that_contradicts_itself_is_refused(
    perkflow: Perkflow, write: Write, bundle: str, old: str, new: str, told: str
) -> None:
    text = (EXAMPLES / f"{bundle}.yaml").read_text()
    assert old in text
    file = write("bundle.yaml", text.replace(old, new))
    ran = perkflow("bundle", "validate", file, *OFFLINE)
    assert (ran.exit_code, ran.out, ran.err) == (2, "", f"{file}:{told}\n")


@pytest.mark.parametrize(
    ("rule", "field", "message"),
    [
        (
            '{when: confirmed, by: "2020-01-01 10:00", otherwise: refund}',
            "by",
            "an order placed now is refused: the deadline of tea, 2020-01-01 10:00:00+08:00, is over; "
            "give a later deadline",
        ),
        (
            "{rrule: FREQ=MONTHLY;UNTIL=20250101T000000Z}",
            "rrule",
            "an order placed now is refused: tea has no release after this order; give a later UNTIL",
        ),
    ],
)
def test_a_bundle_that_nobody_could_order_now_is_valid_with_a_warning(
    perkflow: Perkflow, write: Write, rule: str, field: str, message: str
) -> None:
    text = (EXAMPLES / "with-later-gift.yaml").read_text().replace("{after: PT2S}", rule)
    for benefit, share in (("video-month", 2000), ("tea-gift", 990)):
        text = text.replace(
            f"benefit: {benefit}", f"benefit: {benefit}\n    share: {{amount: {share}, currency: CNY}}"
        )
    file = write("bundle.yaml", text)
    ran = perkflow("bundle", "validate", file, *OFFLINE)
    assert (ran.exit_code, ran.err) == (0, "")
    told = f"components[1].release.{field}"
    assert ran.out.endswith(f"(no database).\nWarning: {file}:17: {told}: {message}\n")
    ran = perkflow("bundle", "validate", file, *OFFLINE, "--json")
    assert ran.document["warnings"] == [{"line": 17, "field": told, "message": message}]


def test_an_offer_for_an_unknown_connection_is_refused(perkflow: Perkflow, write: Write) -> None:
    text = (EXAMPLES / "catalogue.yaml").read_text().replace("connection: own-stock", "connection: elsewhere")
    file = write("catalogue.yaml", text)
    bundle, connections = EXAMPLES / "joint-membership.yaml", EXAMPLES / "connections.yaml"
    options = ("--catalogue", file, "--connections", connections, "--json")
    ran = perkflow("bundle", "validate", bundle, *options)
    message = "there is no connection elsewhere; configured are: fulu-main, kayixin-main, own-stock"
    field = "benefits[1].offers[0].connection"
    assert ran.exit_code == 2
    assert ran.failure == {
        "type": "urn:perkflow:invalid_document",
        "code": "invalid_document",
        "title": "The document is wrong",
        "detail": f"{file}:17: {field}: {message}",
        "problems": [{"line": 17, "field": field, "message": message}],
    }


def test_a_catalogue_that_contradicts_a_published_version_is_refused(write: Write) -> None:
    published = load(EXAMPLES / "joint-membership.yaml", Bundle).value
    before = load(EXAMPLES / "catalogue.yaml", Catalogue).value
    kinds = {benefit.id: sold_as(benefit) for benefit in before.benefits}
    text = before_text = (EXAMPLES / "catalogue.yaml").read_text()
    text = text.replace("id: video-month", "id: video-year").replace("account: phone", "account: email")
    assert text != before_text
    after = load(write("catalogue.yaml", text), Catalogue)
    names = {"kayixin-main", "fulu-main", "own-stock"}
    with pytest.raises(InvalidDocument) as refused:
        after.refuse(check_catalogue(after.value, names, [published], kinds, lambda offer: None))
    sold = "published bundles sold phone-30 as a recharge to phone; use a new benefit id"
    missing = "video-month is missing, but published joint-membership version 1 contains it"
    assert str(refused.value).splitlines() == [
        f"{after.path}:3: benefits: {missing}",
        f"{after.path}:20: benefits[2].kind: {sold}",
    ]


def test_a_catalogue_needs_the_connections(perkflow: Perkflow) -> None:
    options = ("--catalogue", EXAMPLES / "catalogue.yaml")
    ran = perkflow("bundle", "validate", EXAMPLES / "joint-membership.yaml", *options)
    told = "no supplier connections: set PERKFLOW_CONNECTIONS to a file like examples/connections.yaml\n"
    assert (ran.exit_code, ran.out, ran.err) == (1, "", told)


@pytest.mark.parametrize("kind", list(Kind))
def test_a_schema_is_printed_as_json(perkflow: Perkflow, kind: Kind) -> None:
    ran = perkflow("bundle", "schema", kind.value)
    assert ran.exit_code == 0
    assert ran.document == json_schema(kind)
    jsonschema.Draft202012Validator.check_schema(ran.document)


EXAMPLE_DOCUMENTS = [
    (Kind.CATALOGUE, "catalogue.yaml"),
    *((Kind.BUNDLE, f"{name}.yaml") for name in BUNDLES),
    *((Kind.ORDER, f"orders/{name}.yaml") for name in BUNDLES),
]


@pytest.mark.parametrize(("kind", "file"), EXAMPLE_DOCUMENTS)
def test_a_schema_accepts_the_examples_and_no_misspelt_field(kind: Kind, file: str) -> None:
    document = yaml.load((EXAMPLES / file).read_text(), Loader=yaml.BaseLoader)
    document = _typed(document)
    assert isinstance(document, dict)
    validator = jsonschema.Draft202012Validator(json_schema(kind))
    assert list(validator.iter_errors(document)) == []
    assert len(list(validator.iter_errors({**document, "misspelt": 1}))) == 1


def _typed(value: object, name: str = "") -> object:
    """Texts as YAML has them, but for the fields that are numbers or truths."""
    match value:
        case dict():
            return {key: _typed(item, key) for key, item in value.items()}
        case list():
            return [_typed(item) for item in value]
        case str() if name in (
            "amount",
            "version",
            "priority",
            "per_buyer",
            "phone-30",
            "max_reveals",
            "max_units",
            "times",
        ):
            return int(value)
        case str() if name == "revocable":
            return value == "true"
    return value
