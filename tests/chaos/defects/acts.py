"""Defects in how the acts of people are taken."""

import secrets
from typing import Any

from starter.desk.runs import Runs
from storage.base import requests
from tests.chaos.defects.patching import patch


def request_ids_ignored() -> None:
    def wrap(update: Any) -> Any:
        async def mutated(self: Any, run: str, request: Any, *rest: Any) -> Any:
            fresh = request.model_copy(update={"request_id": secrets.token_hex(8)})
            return await update(self, run, fresh, *rest)

        return mutated

    patch(Runs, "update", wrap)


def any_act_under_an_id() -> None:
    def wrap(digest_of: Any) -> Any:
        async def mutated(*args: Any, **more: Any) -> Any:
            return ""

        return mutated

    patch(requests, "digest_of", wrap)
