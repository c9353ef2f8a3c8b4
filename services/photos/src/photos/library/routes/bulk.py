"""HTTP for changes to many photos at once."""

from fastapi import APIRouter

from photos.kernel.http import Caller, WiredServices
from photos.library import bulk
from vignette_shared.contracts.api import BulkChange, BulkOutcomes
from vignette_shared.errors import AlbumFull, BadLabel
from vignette_shared.http.operations import OperationRoute, operation

router = APIRouter(prefix="/api/v1", tags=["photos"], route_class=OperationRoute)


@router.post(
    "/photos/bulk",
    **operation("write", returns="The outcome of each photo.", raises=(AlbumFull, BadLabel)),
)
def change_photos(services: WiredServices, caller: Caller, change: BulkChange) -> BulkOutcomes:
    """Update many photos.

    Applies one action to each photo. `value` is a label for `add_tag` and `remove_tag`, a visibility for
    `set_visibility`, an album ID for `add_to_album`, and null otherwise. Outcomes are in the order of
    `ids`; photos of other users are `not_found`.
    """
    return bulk.change_photos(services, caller, change)
