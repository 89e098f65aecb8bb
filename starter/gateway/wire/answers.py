"""How models are answered: their notes with a text beside the code, in the reader's language."""

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from domain.notes.note import told_in
from domain.notes.words import Language


def answer(
    request: Request,
    model: BaseModel,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    zone: str = "UTC",
) -> Response:
    """A model as JSON; moments in its texts are of this zone."""
    body = model.model_dump_json(context=told_in(language_of(request), ZoneInfo(zone)))
    return Response(body, status, {"Vary": "Accept-Language", **(headers or {})}, "application/json")


def language_of(request: Request) -> Language:
    """In which language whoever asks reads: Chinese where that is asked for first, else English."""
    asked = request.headers.get("accept-language", "").lower()
    return Language.ZH if asked.startswith("zh") else Language.EN
