"""What routes are given: the wired services and the caller, as the gateway signed it."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Path, Request

from photos.bootstrap import Services
from photos.service.access import require_user
from vignette_shared.contracts.identity import IDENTITY_HEADER, Identity, verify_identity
from vignette_shared.errors import NotFound


def services_of(request: Request) -> Services:
    services: Services = request.app.state.services
    return services


WiredServices = Annotated[Services, Depends(services_of)]


def caller_of(request: Request, services: WiredServices) -> Identity:
    """Raises `AuthenticationRequired` for anyone but the gateway."""
    return verify_identity(request.headers.get(IDENTITY_HEADER), services.internal_key)


Caller = Annotated[Identity, Depends(caller_of)]


def reader_of(caller: Caller) -> str:
    return require_user(caller, "read")


def writer_of(caller: Caller) -> str:
    return require_user(caller, "write")


ReaderId = Annotated[str, Depends(reader_of)]
WriterId = Annotated[str, Depends(writer_of)]


def photo_id_of(photo_id: Annotated[str, Path()]) -> str:
    """Bring an id into its one spelling; what is no UUID is the id of nothing."""
    try:
        return str(UUID(photo_id))
    except ValueError as error:
        raise NotFound("There is no such photo, or it is not yours to see.") from error


PhotoId = Annotated[str, Depends(photo_id_of)]
