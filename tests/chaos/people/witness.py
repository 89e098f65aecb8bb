"""What the people of a fault run did and saw."""

import json
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Heard:
    """One request to a receiver."""

    headers: dict[str, str]
    body: str
    verified: bool
    taken: bool
    """It was answered with success."""

    @property
    def json(self) -> dict[str, Any]:
        """The event."""
        event: dict[str, Any] = json.loads(self.body)
        return event


@dataclass
class Witness:
    """What people saw: the harness's own record, which the book is held against."""

    receipts: dict[str, str] = field(default_factory=dict)
    """Order number to order id, as acknowledged."""
    rejected: dict[str, str] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    """What should never be seen."""
    acts: dict[str, int] = field(default_factory=dict)
    refused: int = 0
    requests: dict[str, str] = field(default_factory=dict)
    """Request id to the order it was accepted for."""
    asked: set[str] = field(default_factory=set)
    """Every request that a person made, whatever was answered."""
    meant: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)
    """By order and request id, the act and the delivery that were done under it first."""
    reused: int = 0
    """How often another act was asked for under an id that had been used."""
    answered_for_another: list[str] = field(default_factory=list)
    """What was answered as done although its id was another act's."""
    sent_rubbish: list[tuple[str, str]] = field(default_factory=list)
    """Workflow id and run id of every run to which an outsider sent something."""
    imported_again: int = 0
    """How many keys of the pool were imported once more, in another spelling."""
    by_hand: list[str] = field(default_factory=list)
    phones: list[str] = field(default_factory=list)
    accounts: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """Order number to the phones that were ever given for it."""
    fresh: list[str] = field(default_factory=list)
    """Orders that were placed after all faults had ended, and of which nothing may fail."""
    erased: list[str] = field(default_factory=list)
    """The ids of orders whose buyers were erased."""
    unwell: list[str] = field(default_factory=list)
    """What did not get well by itself after that."""

    def give(self, order: str, phone: str) -> None:
        """A phone is about to be given for an order."""
        self.phones.append(phone)
        self.accounts[order].add(phone)

    def did(self, what: str) -> None:
        """It was done once more."""
        self.acts[what] = self.acts.get(what, 0) + 1
