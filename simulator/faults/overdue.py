"""Kinds that chance has left out: so that a short run meets each of them too."""

from collections import Counter
from collections.abc import Collection

from simulator.faults.kinds import Act

Call = tuple[str, str, Act, int]
"""Supplier, our number, act, and the how manieth call of that act under the number."""


class Overdue:
    """After so many calls that a kind could have hit and did not, it hits the next one that it can.

    It is over once the kind took effect. Until then it is tried again after as many calls more, since some
    take a while, and a refusal keeps others from striking.
    """

    def __init__(self, after: int) -> None:
        self._after = after
        self._possible: Counter[str] = Counter()
        self._tried: Counter[str] = Counter()
        self._struck: set[str] = set()
        self._picked: dict[Call, str | None] = {}

    def pick(self, call: Call, kinds: Collection[str]) -> str | None:
        """What is overdue and can hit this call; asked again about the same call, the same."""
        if call not in self._picked:
            self._possible.update(list(kinds))
            overdue = {kind for kind in self.left_out & set(kinds) if self._is_due(kind)}
            picked = min(overdue, key=lambda kind: (self._tried[kind], kind), default=None)
            self._tried.update([picked] if picked else [])
            self._picked[call] = picked
        return self._picked[call]

    def struck(self, kind: str) -> None:
        """It took effect."""
        self._struck.add(kind)

    @property
    def left_out(self) -> set[str]:
        """The kinds that could have hit often enough, and have not."""
        often = {kind for kind, times in self._possible.items() if times > self._after}
        return often - self._struck

    def _is_due(self, kind: str) -> bool:
        return self._possible[kind] > self._after * (self._tried[kind] + 1)
