"""What a supplier's protocol promises. The submit path follows it; nobody asks which protocol it is."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

DuplicateStyle = Literal["replay", "refuse", "none"]


@dataclass(frozen=True)
class Capabilities:
    """What holds for every purchase of a connection.

    `on_duplicate`: whether a repeated number gets the first answer again, is refused, or buys again.
    `absence_after`: how long after the last submission an answer "no such order" can be believed.
    `verify_after`: how long after a delivery, and then after each question, it is asked whether it still
    stands; empty for a supplier that takes no success back.
    `tells_charge`: whether its answers say what a purchase cost.
    `kept_here`: it sells keys of our own stock; its sales are in our book, and restored together with it.
    """

    on_duplicate: DuplicateStyle
    query_by_our_number: bool
    revocable: bool
    absence_after: timedelta
    verify_after: tuple[timedelta, ...] = ()
    tells_charge: bool = True
    kept_here: bool = False

    @property
    def replays(self) -> bool:
        """Whether sending the same number again is harmless and tells what became of it."""
        return self.on_duplicate == "replay"
