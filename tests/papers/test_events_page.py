"""docs/events.md: every public event is on it, and its example is one."""

import json
import re

from domain.webhooks.bodies import Notification
from domain.webhooks.catalogue import PUBLIC, for_operations
from starter.gateway.api import routes_of
from starter.gateway.openapi.document import openapi_of
from starter.gateway.problems.answers import Problem
from tests.support.places import ROOT

PAGE = (ROOT / "docs" / "events.md").read_text()


def test_every_event_is_on_the_page_with_what_it_says() -> None:
    assert dict(re.findall(r"^\| `([a-z_.]+)` \| (.*) \|$", PAGE, re.MULTILINE)) == dict(PUBLIC)


def test_the_example_is_an_event() -> None:
    [example] = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)
    document = json.loads(example)
    assert Notification.model_validate(document).model_dump(mode="json") == document


def test_the_cursor_is_called_what_the_route_and_the_problem_call_it() -> None:
    """As in `?cursor=`, and in a 410 whose `cursor` is where to go on from."""
    asked = openapi_of(routes_of(None))["paths"]["/v1/events"]["get"]["parameters"]
    named = set(re.findall(r"`\??([a-z_]+)=`", PAGE))
    assert named == {"cursor"} and named <= {each["name"] for each in asked}
    assert (
        set(re.findall(r"`feed_restarted`, whose `([a-z_]+)`", PAGE))
        == {"cursor"}
        <= set(Problem.model_fields)
    )


def test_the_page_says_what_only_operations_get() -> None:
    said = re.findall(r"^\| `([a-z_.]+)` \| .* For operations only\. \|$", PAGE, re.MULTILINE)
    assert said == [each for each in PUBLIC if for_operations([each])]
