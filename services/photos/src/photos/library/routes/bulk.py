"""Many of one's photos at once."""

from fastapi import APIRouter

from photos.kernel.http import Caller, WiredServices, WriterId
from photos.library import bulk
from vignette_shared.contracts.api import BulkChange, BulkOutcomes

router = APIRouter(prefix="/api/v1")


@router.post("/photos/bulk")
def change_photos(
    services: WiredServices, caller: Caller, _user_id: WriterId, asked: BulkChange
) -> BulkOutcomes:
    return bulk.change_photos(services, caller, asked)
