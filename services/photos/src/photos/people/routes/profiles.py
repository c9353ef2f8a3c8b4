"""HTTP for public profiles."""

from fastapi import APIRouter

from photos.kernel.http import Caller, Username, WiredServices
from photos.people import profiles
from vignette_shared.contracts.api import Profile
from vignette_shared.errors import NotFound
from vignette_shared.http.operations import OperationRoute, operation

router = APIRouter(prefix="/api/v1", tags=["people"], route_class=OperationRoute)


@router.get("/users/{username}", **operation("anyone", returns="The profile.", raises=(NotFound,)))
def get_profile(username: Username, services: WiredServices, caller: Caller) -> Profile:
    """Retrieve a user's profile.

    Counts include only public photos. Suspended users are not found.
    """
    return profiles.get_profile(services, username, caller.user_id)
