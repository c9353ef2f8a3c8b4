"""HTTP for public profiles."""

from fastapi import APIRouter

from photos.kernel.http import Caller, WiredServices
from photos.people import profiles
from vignette_shared.contracts.api import Profile

router = APIRouter(prefix="/api/v1")


@router.get("/users/{username}")
def get_profile(username: str, services: WiredServices, caller: Caller) -> Profile:
    return profiles.get_profile(services, username, caller.user_id)
