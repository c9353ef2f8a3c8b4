"""What routes are given: the wired services and the caller, as the gateway signed it."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Path, Query, Request

from photos.kernel.access import require_admin, require_session, require_user
from photos.kernel.services import Services
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


def session_of(caller: Caller) -> Identity:
    require_session(caller)
    return caller


def admin_of(caller: Caller) -> Identity:
    require_admin(caller)
    return caller


SessionHolder = Annotated[Identity, Depends(session_of)]
Admin = Annotated[Identity, Depends(admin_of)]
ReaderId = Annotated[str, Depends(reader_of)]
WriterId = Annotated[str, Depends(writer_of)]


def as_id(raw: str) -> str:
    """Bring an id into its one spelling; raises `NotFound` for what is no UUID."""
    try:
        return str(UUID(raw))
    except ValueError as error:
        raise NotFound("There is nothing of this id.") from error


def photo_id_of(photo_id: Annotated[str, Path()]) -> str:
    """Bring an id into its one spelling; what is no UUID is the id of nothing."""
    try:
        return str(UUID(photo_id))
    except ValueError as error:
        raise NotFound("There is no such photo, or you may not see it.") from error


PhotoId = Annotated[str, Depends(photo_id_of)]


def album_id_of(album_id: Annotated[str, Path()]) -> str:
    return _album_id(album_id)


def album_filter(album: Annotated[str | None, Query(max_length=64)] = None) -> str | None:
    return None if album is None else _album_id(album)


def _album_id(raw: str) -> str:
    try:
        return str(UUID(raw))
    except ValueError as error:
        raise NotFound("There is no such album, or you may not see it.") from error


AlbumId = Annotated[str, Depends(album_id_of)]
AlbumFilter = Annotated[str | None, Depends(album_filter)]
