"""Bundles and the catalogue: read, tried, published; and our own stock."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from domain.access import Scope
from domain.contract.bundle import Bundle
from domain.contract.catalogue import Catalogue
from domain.validation.problems import Problem
from starter.desk.channels.keys import Caller
from starter.desk.contracts.publishing import publish
from starter.desk.contracts.trying import problems_of, simulated, warnings_of
from starter.desk.errors import NotFound
from starter.gateway.access.keys import Needs
from starter.gateway.openapi.told import problems
from starter.gateway.problems.answers import FieldProblem, Refused
from starter.gateway.routes.parameters import BundleName, Version
from starter.gateway.schema.contracts import (
    BundleCheck,
    Bundles,
    BundleToCheck,
    BundleToSimulate,
    PublishedBundle,
    PublishedCatalogue,
    Simulation,
    Stock,
    in_list,
    product,
)
from starter.gateway.service import Service, service_of
from starter.gateway.wire.answers import answer
from starter.gateway.wire.bodies import Body, invalid
from storage.contracts.bundles import current_catalogue, published_bundle, published_bundles
from storage.supply.counting import count_keys

router = APIRouter(prefix="/v1", tags=["contracts"])
Reader = Annotated[Caller, Depends(Needs(Scope.CONTRACTS_READ))]
Publisher = Annotated[Caller, Depends(Needs(Scope.CONTRACTS_PUBLISH))]
NO_CATALOGUE = "no catalogue is published"


@router.get("/bundles", response_model=Bundles)
async def list_bundles(request: Request, caller: Reader) -> Response:
    """List the published bundle versions."""
    async with service_of(request).database.snapshot() as session:
        found = await published_bundles(session)
    return answer(request, Bundles(livemode=caller.livemode, data=[in_list(each) for each in found]))


@router.get("/bundles/{bundle}/versions/{version}", response_model=Bundle, responses=problems(404))
async def read_bundle(request: Request, caller: Publisher, bundle: BundleName, version: Version) -> Response:
    """Read a bundle version as it was published, what it may cost included."""
    async with service_of(request).database.snapshot() as session:
        found = await published_bundle(session, bundle, version)
    if found is None:
        raise Refused("not_found", "this version is not published")
    return answer(request, found)


@router.put(
    "/bundles/{bundle}/versions/{version}",
    status_code=201,
    response_model=PublishedBundle,
    responses={
        200: {"model": PublishedBundle, "description": "It was published just so"},
        **problems(404, 409),
    },
)
async def publish_version(
    request: Request,
    caller: Publisher,
    sent: Annotated[Bundle, Depends(Body(Bundle))],
    bundle: BundleName,
    version: Version,
) -> Response:
    """Publish a bundle version, which never changes afterwards."""
    wrong = {"id": sent.id != bundle, "version": sent.version != version}
    if any(wrong.values()):
        raise invalid(
            [Problem((name,), "must be as the address has it") for name, is_ in wrong.items() if is_]
        )
    done = await publish(service_of(request).database, sent, None, {})
    shown = PublishedBundle(livemode=caller.livemode, bundle=bundle, version=version, new=done.new_bundle)
    return answer(request, shown, 201 if done.new_bundle else 200)


@router.get("/catalogue", response_model=Catalogue, responses=problems(404))
async def read_catalogue(request: Request, caller: Publisher) -> Response:
    """Read the catalogue in force, with suppliers and costs."""
    return answer(request, await _catalogue(service_of(request)))


@router.put("/catalogue", response_model=PublishedCatalogue)
async def put_catalogue(
    request: Request, caller: Publisher, sent: Annotated[Catalogue, Depends(Body(Catalogue))]
) -> Response:
    """Put a catalogue in force for new orders."""
    service = service_of(request)
    done = await publish(service.database, None, sent, service.outlines)
    return answer(request, PublishedCatalogue(livemode=caller.livemode, new=done.new_catalogue))


@router.post("/bundle-checks", response_model=BundleCheck, responses=problems(404))
async def check_bundle(
    request: Request, caller: Reader, sent: Annotated[BundleToCheck, Depends(Body(BundleToCheck))]
) -> Response:
    """Say whether a bundle could be published, and what of it may not be meant."""
    service = service_of(request)
    catalogue = sent.catalogue or await _catalogue(service)
    wrong = await problems_of(service.database, sent.bundle, sent.catalogue, service.outlines)
    warnings = [] if wrong else warnings_of(sent.bundle, catalogue)
    shown = BundleCheck(
        livemode=caller.livemode,
        valid=not wrong,
        errors=[FieldProblem(field=each.field, message=each.message) for each in wrong],
        warnings=[FieldProblem(field=each.field, message=each.message) for each in warnings],
    )
    return answer(request, shown)


@router.post("/bundle-simulations", response_model=Simulation, responses=problems(404))
async def simulate_bundle(
    request: Request, caller: Reader, sent: Annotated[BundleToSimulate, Depends(Body(BundleToSimulate))]
) -> Response:
    """Show when everything of an order would come, and what could be paid back. Nothing is written."""
    catalogue = sent.catalogue or await _catalogue(service_of(request))
    shown = Simulation(
        livemode=caller.livemode,
        bundle=sent.bundle.id,
        version=sent.bundle.version,
        time_zone=sent.bundle.time_zone,
        timeline=simulated(sent.bundle, catalogue, sent.order),
    )
    return answer(request, shown)


@router.get("/stock", response_model=Stock)
async def read_stock(
    request: Request, caller: Annotated[Caller, Depends(Needs(Scope.STOCK_READ))]
) -> Response:
    """Count our own stock of keys."""
    async with service_of(request).database.snapshot() as session:
        counts = await count_keys(session)
    tests = service_of(request).supply.sandboxes.values()
    live = [product(each) for each in counts if each.connection not in tests]
    shown = Stock(livemode=caller.livemode, at=datetime.now(UTC), products=live)
    return answer(request, shown)


async def _catalogue(service: Service) -> Catalogue:
    async with service.database.snapshot() as session:
        found = await current_catalogue(session)
    if found is None:
        raise NotFound(NO_CATALOGUE)
    return found
