"""Having a photo tagged once more."""

from photos.kernel.access import find_owned
from photos.kernel.services import Services
from photos.library.photos import view_photo
from photos.pipeline.steps import requeue
from vignette_shared.contracts.api import Photo
from vignette_shared.contracts.identity import Identity


def retag_photo(services: Services, photo_id: str, caller: Identity) -> Photo:
    """Ask for a photo's tags again, whatever became of it; while it waits, asking changes nothing.

    Raises:
        NotFound, AuthenticationRequired, MissingScope, Forbidden: as for every change of a photo.
    """
    input_side = services.model.input_side()
    with services.database.write() as uow:
        uow.photos.lock(photo_id)
        photo = find_owned(uow, photo_id, caller)
        requeue(uow, photo, services.clock(), input_side)
        return view_photo(uow, photo, caller)
