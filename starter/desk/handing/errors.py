"""What handing over cannot do."""

from typing import TYPE_CHECKING

from starter.desk.errors import DeskError

if TYPE_CHECKING:
    from domain.notes.note import Note


class NotHandedOver(DeskError):
    """What was delivered cannot be shown; `why` is the reason."""

    code, title = "not_handed_over", "That cannot be shown now"

    def __init__(self, why: "Note", text: str) -> None:
        super().__init__(text)
        self.why = why
