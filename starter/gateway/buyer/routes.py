"""Serving the buyer's page: GET shows, only POST reveals, and every wrong address gets the same answer.

Programs that preview addresses fetch them, so fetching reveals nothing. A wrong address is answered slower
the more of them a source has tried; a right one opens for everybody, whoever else tried from the same place.
"""

from pathlib import Path
from urllib.parse import parse_qs

from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import Route

from domain.contract.order import Recipient
from domain.notes.handing import page as buyers
from domain.notes.words import Language
from starter.desk.desk import Desk
from starter.desk.errors import ActRefused
from starter.desk.handing.errors import NotHandedOver
from starter.desk.handing.over import HandingOver
from starter.documents.sentences import sentence
from starter.gateway.buyer.page import nothing_there, page_of
from starter.gateway.buyer.wrong import WrongAddresses
from starter.gateway.wire.answers import language_of

_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
}
_STYLE = Path(__file__).parent / "style.css"


class BuyersPage:
    """The page behind `/r/{token}`."""

    def __init__(self, handing: HandingOver) -> None:
        self._handing = handing
        self._wrong = WrongAddresses()

    async def show(self, request: Request) -> Response:
        """The order, in words."""
        lang, token = _language(request), request.path_params["token"]
        opened = await self._handing.open(token)
        if opened is None:
            return await self._nothing(request, lang)
        return _page(page_of(opened, f"/r/{token}", lang))

    async def reveal(self, request: Request) -> Response:
        """The order, with what one delivery of it left."""
        lang, token = _language(request), request.path_params["token"]
        delivery = request.path_params["delivery"]
        try:
            shown = await self._handing.reveal(token, delivery)
        except NotHandedOver as error:
            return await self._again(request, lang, said=error.why.say(lang), status=409)
        if shown is None:
            return await self._nothing(request, lang)
        return await self._again(request, lang, shown={delivery: shown})

    async def give_account(self, request: Request) -> Response:
        """Take an account that is waited for."""
        lang, token, account = _language(request), *map(request.path_params.get, ("token", "account"))
        form = {
            name: values[-1]
            for name, values in parse_qs((await request.body()).decode(errors="replace")).items()
        }
        try:
            recipient = Recipient.model_validate(
                {"type": form.get("type"), "value": form.get("value", "").strip()}
            )
            taken = await self._handing.give_account(str(token), str(account), recipient)
        except ValidationError as error:
            why = sentence(error.errors()[0])
            return await self._again(request, lang, problems={str(account): why}, status=422)
        except ActRefused as error:
            return await self._again(request, lang, problems={str(account): str(error)}, status=409)
        if not taken:
            return await self._nothing(request, lang)
        return await self._again(request, lang, said=buyers.SAVED.say(lang))

    async def _again(
        self, request: Request, lang: Language, *, status: int = 200, **more: object
    ) -> Response:
        token = request.path_params["token"]
        opened = await self._handing.open(token)
        if opened is None:
            return await self._nothing(request, lang)
        return _page(page_of(opened, f"/r/{token}", lang, **more), status)  # type: ignore[arg-type]

    async def _nothing(self, request: Request, lang: Language) -> Response:
        await self._wrong.wait(request.client.host if request.client else "")
        return _page(nothing_there(lang), 404)


def buyers_app(desk: Desk) -> Starlette:
    """The application behind `/r/`."""
    page = BuyersPage(desk.handing)
    return Starlette(
        routes=[
            Route("/r/style.css", _style, methods=["GET"]),
            Route("/r/{token}", page.show, methods=["GET"]),
            Route("/r/{token}/deliveries/{delivery}", page.reveal, methods=["POST"]),
            Route("/r/{token}/accounts/{account}", page.give_account, methods=["POST"]),
        ]
    )


async def _style(request: Request) -> Response:
    return FileResponse(_STYLE, media_type="text/css", headers={"Cache-Control": "public, max-age=3600"})


def _page(html: str, status: int = 200) -> Response:
    return HTMLResponse(html, status, headers=_HEADERS)


def _language(request: Request) -> Language:
    """What the page was asked for in, else what the browser's first language is."""
    if asked := request.query_params.get("lang"):
        return Language.ZH if asked.lower().startswith("zh") else Language.EN
    return language_of(request)
