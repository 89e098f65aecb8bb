"""Why a supplier could not be reached crosses Temporal as a note, which a run says in its own language."""

from datetime import UTC, datetime, timedelta
from typing import Any, cast

from temporalio.api.failure.v1 import Failure
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.exceptions import ActivityError, ApplicationError

from activities.suppliers import ConnectionActivities
from adapters.supplier import NotSent
from domain.notes.general import Because
from domain.notes.supply.answers import NoConnection, Unreachable
from workflows.run.calls import why_not_done

NOTHING = cast(Any, None)


async def crossed(error: ApplicationError) -> ActivityError:
    """What a run gets of an activity's error."""
    failure = Failure()
    await pydantic_data_converter.encode_failure(error, failure)
    ended = ActivityError(
        "failed",
        scheduled_event_id=1,
        started_event_id=2,
        identity="",
        activity_type="submit",
        activity_id="1",
        retry_state=None,
    )
    ended.__cause__ = await pydantic_data_converter.decode_failure(failure)
    return ended


async def test_a_run_reads_the_note_of_a_supplier_that_is_away() -> None:
    calls = ConnectionActivities("kayixin", NOTHING, NOTHING, NOTHING, lambda: datetime.now(UTC))
    error = calls._unreachable(NotSent(NoConnection(), after=timedelta(seconds=7)))
    assert error.message == "kayixin cannot be reached: no connection"
    assert error.next_retry_delay == timedelta(seconds=7)
    away = Because(what=Unreachable(supplier="kayixin"), why=NoConnection())
    assert why_not_done(await crossed(error)) == away
