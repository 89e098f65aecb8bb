"""A pause that a person asked for: since when, until when, and what becomes of what it misses."""

from datetime import datetime, timedelta

from pydantic import BaseModel, ConfigDict


class Pause(BaseModel):
    """An order of which nothing is released. One whose payment is gone has no such pause."""

    model_config = ConfigDict(frozen=True)

    since: datetime
    until: datetime | None = None
    """When it ends by itself; None: when somebody lets the order go on."""
    shift: bool = False
    """What is not released then moves by the length of the pause; otherwise all that was missed comes."""

    def clock(self, now: datetime) -> datetime:
        """The moment that conditions are judged by at `now`: for them time stands still meanwhile."""
        return min(now, self.since)

    def ends(self, now: datetime) -> datetime:
        """When it ended, if that is done at `now`: at its instant, however late somebody comes to it."""
        return now if self.until is None else min(now, self.until)


def moved(at: datetime, since: datetime, by: timedelta) -> datetime:
    """Where an instant moves: one that had come before the pause stays."""
    return at + by if at > since else at


def length(since: datetime, ended: datetime) -> timedelta:
    """How far a schedule moves: as long as the pause was, in whole seconds, rounded up."""
    whole = (ended - since) // timedelta(seconds=1)
    return timedelta(seconds=whole + (since + timedelta(seconds=whole) < ended))


def as_text(length: timedelta) -> str:
    """A length as people read it in any language, such as 13 d 8 h 30 min."""
    minutes, seconds = divmod(int(length.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    parts = ((days, "d"), (hours, "h"), (minutes, "min"), (seconds, "s"))
    return " ".join(f"{number} {unit}" for number, unit in parts if number) or "0 s"
