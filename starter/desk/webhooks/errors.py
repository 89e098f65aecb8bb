"""What cannot be done about notifications."""

from starter.desk.errors import ActRefused, DeskError


class EndpointRefused(DeskError):
    """An endpoint cannot be as it was asked for; `field` says what is wrong about it."""

    code, title = "endpoint_refused", "The endpoint cannot be like that"

    def __init__(self, field: str, why: str) -> None:
        super().__init__(f"{field}: {why}")
        self.field, self.why = field, why


class TooManyEndpoints(ActRefused):
    """A channel has as many endpoints as it can have."""


class BadCursor(DeskError):
    """A cursor that was not handed out here."""

    code, title = "bad_cursor", "That is no cursor of this feed"


class EventsPruned(DeskError):
    """Events after a cursor, or of a day, are no longer kept; `cursor` is before the first that is."""

    code, title = "events_pruned", "Those events are no longer kept"

    def __init__(self, why: str, cursor: str) -> None:
        super().__init__(why)
        self.cursor = cursor


class FeedRestarted(DeskError):
    """The database was restored since the cursor was handed out; `cursor` is where to go on."""

    code, title = "feed_restarted", "The feed has begun anew"

    def __init__(self, why: str, cursor: str) -> None:
        super().__init__(why)
        self.cursor = cursor
