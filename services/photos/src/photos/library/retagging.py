"""Requesting new tags for a photo."""

from photos.kernel.access import find_owned
from photos.kernel.services import Services
from photos.library.photos import view_photo
from photos.pipeline.steps import requeue
from vignette_shared.contracts.api import Photo
from vignette_shared.contracts.identity import Identity


def retag_photo(services: Services, photo_id: str, caller: Identity) -> Photo:
    """Queue a photo for tagging again, whether it is tagged or failed; a queued photo is unchanged.

    Raises:
        NotFound, AuthenticationRequired, MissingScope, Forbidden: as `find_owned`.
    """
    # Before the transaction, since it may read the registry.
    input_side = services.model.input_side()
    with services.database.write() as uow:
        uow.photos.lock(photo_id)
        photo = find_owned(uow, photo_id, caller)
        requeue(uow, photo, services.clock(), input_side)
        return view_photo(uow, photo, caller)
