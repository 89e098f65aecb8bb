"""What the desk cannot do, whichever way somebody came in: one root, and stable codes for programs."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:  # whoever maps these to answers does not wait for what raises them
    from domain.messages import Rejection
    from domain.validation.problems import Problem


class DeskError(Exception):
    """What was asked for was not done. `code` is for programs, `title` says it in general, the text why."""

    code = "refused"
    title = "It was refused"


class NotFound(DeskError):
    """What was asked for by name is not there; the text says what and where it was looked for."""

    code, title = "not_found", "Not found"


class InvalidOrder(DeskError):
    """The document itself is wrong: nothing was written and no run was started."""

    code, title = "invalid_order", "The order is wrong"

    def __init__(self, problems: "list[Problem]") -> None:
        super().__init__("; ".join(f"{p.field}: {p.message}" for p in problems))
        self.problems = problems


class InvalidContract(DeskError):
    """A bundle or a catalogue that cannot be kept: nothing was published."""

    code, title = "invalid_contract", "The contract is wrong"

    def __init__(self, document: str, problems: "list[Problem]") -> None:
        """`document`: which of them, `bundle` or `catalogue`."""
        super().__init__("; ".join(f"{p.field}: {p.message}" for p in problems))
        self.document, self.problems = document, problems


class OrderRejected(DeskError):
    """The book refused the order.

    Its code says why: `limit_exceeded`, `out_of_stock`, `order_number_conflict`. `component` is the one that
    it is about, where it is about one.
    """

    title = "The order was refused"

    def __init__(self, rejection: "Rejection") -> None:
        super().__init__(rejection.message)
        self.code, self.component = rejection.code, rejection.component


class ReceiptPending(DeskError):
    """The order is on its way, but no worker has accepted it in time. Asking again is safe."""

    code, title = "receipt_pending", "The order is not accepted yet"


class KeysDiffer(DeskError):
    """This process and the workers cannot open what the other seals; the text says what to do."""

    code, title = "keys_differ", "The workers have other keys"


class ActRefused(DeskError):
    """What a person asked for is not possible as things stand; the text says why."""

    code, title = "act_refused", "That cannot be done now"


class ActPending(DeskError):
    """Nobody has answered yet. Asking again with the same request id is safe."""

    code, title = "act_pending", "It is not done yet"


class IdTaken(DeskError):
    """A request's id was used before, for another request."""

    code, title = "idempotency_key_conflict", "The id was used for another request"
