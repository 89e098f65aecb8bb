"""Release nothing more of an order until somebody lets it go on."""

from domain.verbs.verb import Act, OrderVerb

VERB = OrderVerb(
    act=Act.PAUSE,
    command="hold",
    title="pause the whole order",
    help="Release nothing more of an order until it is resumed.",
    done="{order} is paused: nothing more of it is released, and what comes due is held; "
    "`perkflow order release {order} --reason WHY` lets it go on.",
    leaves=("paused", True),
)


def pause_refusal(*, closed: str, paused: str | None) -> str | None:
    """Why an order cannot be paused; None when it can.

    `closed` is how it ended, if it did; `paused` is why it is paused, if it is.
    """
    if closed:
        return f"it is {closed} and closed: nothing more of it is released"
    if paused is not None:
        return f"it is paused already: {paused}"
    return None
