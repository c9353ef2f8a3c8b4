"""What routes depend on: the wired services, the authorized caller, ids in paths, and pages of lists."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Path, Query, Request
from pydantic import AfterValidator

from photos.kernel.cursors import read_position
from photos.kernel.services import Services
from vignette_shared.contracts.api.examples import ALBUM, PHOTO_ID
from vignette_shared.contracts.identity import IDENTITY_HEADER, Identity, verify_identity
from vignette_shared.errors import AuthenticationRequired, NotFound
from vignette_shared.http.access import authorize
from vignette_shared.http.operations import declaration_of

# Dependencies are async although they wait for nothing: FastAPI would run each in a thread otherwise.


async def services_of(request: Request) -> Services:
    services: Services = request.app.state.services
    return services


WiredServices = Annotated[Services, Depends(services_of)]


async def identity_of(request: Request, services: WiredServices) -> Identity:
    """Return the identity that the gateway signed; raises `AuthenticationRequired` for any other client."""
    return verify_identity(request.headers.get(IDENTITY_HEADER), services.internal_key)


async def caller_of(request: Request, identity: Annotated[Identity, Depends(identity_of)]) -> Identity:
    """Return the caller; raises as `authorize` unless the operation's declaration admits them.

    The gateway has checked this already. photos does not rely on it.
    """
    authorize(identity, declaration_of(request).access, request.method)
    return identity


Caller = Annotated[Identity, Depends(caller_of)]


async def user_id_of(caller: Caller) -> str:
    if caller.user_id is None:
        raise AuthenticationRequired
    return caller.user_id


UserId = Annotated[str, Depends(user_id_of)]
"""The caller's account, in operations that need one."""


def canonical_id(missing: str) -> AfterValidator:
    """Return a validator that spells a UUID canonically, and raises `NotFound` for any other text."""

    def read(raw: str) -> str:
        try:
            return str(UUID(raw))
        except ValueError as error:
            # 404 rather than 422: text that is no UUID names nothing, like any unknown id.
            raise NotFound(missing) from error

    return AfterValidator(read)


NO_ALBUM = "There is no such album, or you may not see it."
PhotoId = Annotated[
    str,
    Path(description="ID of the photo.", examples=[PHOTO_ID]),
    canonical_id("There is no such photo, or you may not see it."),
]
AlbumId = Annotated[str, Path(description="ID of the album.", examples=[ALBUM["id"]]), canonical_id(NO_ALBUM)]
Username = Annotated[str, Path(description="Username, in upper or lower case.", examples=["bert"])]

Limit = Annotated[int, Query(ge=1, le=200, description="Maximum number of items to return.")]
Cursor = Annotated[str | None, Query(max_length=512, description="`next_cursor` of the previous page.")]


@dataclass(frozen=True, slots=True)
class PageRequest:
    """The part of a list that a request asks for."""

    limit: int
    cursor: str | None

    def after(self) -> tuple[datetime, str] | None:
        """Return the position after which a list ordered by time continues; raises `BadCursor`."""
        if self.cursor is None:
            return None
        position = read_position(self.cursor)
        return position.created_at, position.id


async def page_of(limit: Limit = 50, cursor: Cursor = None) -> PageRequest:
    return PageRequest(limit, cursor)


PageParams = Annotated[PageRequest, Depends(page_of)]
