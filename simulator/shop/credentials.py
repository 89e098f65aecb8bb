"""Makes card numbers, passwords and links that look real and are never the same twice.

A prefix plants values that a leak test can search for; a seed makes a run repeatable.
"""

import random
import secrets
from dataclasses import dataclass

from simulator.shop.products import Kind

_BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"


@dataclass(frozen=True, slots=True)
class Secret:
    """What a buyer gets: a card's number and password, or a redeem code and its short link."""

    number: str
    password: str


class Mint:
    """Issues the secrets of one supplier."""

    def __init__(self, supplier: str, *, prefix: str, seed: int | None) -> None:
        self._random = random.Random(f"{supplier}:{seed}") if seed is not None else secrets.SystemRandom()
        self._prefix = prefix

    def issue(self, kind: Kind) -> Secret:
        if kind == "link":
            return Secret(
                self._prefix + self._text(10), f"https://s.example.com/{self._prefix}{self._text(12)}"
            )
        number = "".join(self._random.choices("0123456789", k=16))
        groups = "-".join(self._text(4) for _ in range(4))
        return Secret(self._prefix + number, self._prefix + groups)

    def _text(self, length: int) -> str:
        return "".join(self._random.choices(_BASE32, k=length))


def respelt(secret: Secret, other: Secret, way: int) -> Secret:
    """The same secret written in another way: blanks around it, an invisible character, another number.

    Many cards name one link, so that another number makes another card of it.
    """
    ways = [
        Secret(secret.number, f" {secret.password} "),
        Secret(secret.number, f"{secret.password}\u200b"),
        Secret(f"\ufeff{secret.number}", f"{secret.password[:12]}\u2060{secret.password[12:]}"),
    ]
    if "://" not in secret.password:
        ways.append(Secret(other.number, secret.password))
    return ways[way % len(ways)]
