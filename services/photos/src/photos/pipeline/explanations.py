"""Where in a photo a tag comes from: drawn by a tagger when someone asks, kept for a day."""

from dataclasses import dataclass

from photos.kernel import blob_keys
from photos.kernel.access import find_visible
from photos.kernel.presenting import is_private
from photos.kernel.services import Services
from photos.kernel.unit_of_work import Repositories
from photos.models import PhotoRow
from photos.pipeline.steps import rendition_for
from photos.tags.labels import normalise_label
from vignette_shared.contracts.api import Visibility
from vignette_shared.contracts.identity import Identity
from vignette_shared.contracts.tasks import ExplainPhoto
from vignette_shared.errors import BlobMissing, NotFound, TaggerUnavailable
from vignette_shared.queue.replies import new_reply_key
from vignette_shared.registry import ModelManifest
from vignette_shared.storage import BlobStore

LONGER_SIDE = 400
"""Pixels. The map is smooth and made to be stretched over the preview."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """A PNG, and whose photo it is of."""

    png: bytes
    visibility: Visibility


def explain(services: Services, photo_id: str, label: str, caller: Identity) -> Explanation:
    """Draw how strongly the model in production finds a label in the parts of a photo.

    The owner may ask for any label of the model, others for those that they see on the photo.

    Raises:
        NotFound: no such photo, or label of it, for the caller; or no renditions yet.
        BadLabel: it is no label at all.
        ModelMissing, ModelDamaged: there is no model to ask.
        TaggerBusy, TaggerUnavailable, BrokerUnavailable, ImageError, StorageError: as `Explainer.draw` does.
    """
    label = normalise_label(label)
    with services.database.read() as db:
        photo = find_visible(db, photo_id, caller.user_id, admin=caller.is_admin)
        own = photo.owner_id == caller.user_id
        if not own and label not in _seen_labels(db, photo):
            raise NotFound(f"The photo has no tag {label!r}.")
    model = services.registry.production()
    if label not in model.labels:
        raise NotFound(f"The model does not know {label!r}: what people call a photo has no explanation.")
    if not photo.renditions:
        raise NotFound("The photo is not rendered yet; watch its status.")
    key = blob_keys.explanation(photo_id, model.version, label)
    try:
        png = services.store.get(key)
    except BlobMissing:
        services.explainer.draw(_job(services, photo, model, label, key))
        png = _fetch(services.store, key)
    return Explanation(png, photo.visibility)


def _seen_labels(db: Repositories, photo: PhotoRow) -> set[str]:
    tags = db.tags.shown([photo.id]).get(photo.id, [])
    return {tag.label for tag in tags if not is_private(tag)}


def _job(services: Services, photo: PhotoRow, model: ModelManifest, label: str, key: str) -> ExplainPhoto:
    # The network looks at windows of a third of the shorter side: a rendition with twice the input side
    # and a half has what it needs, and `rendition_for` doubles.
    input_side = services.registry.backbone(model.backbone).input_side
    preview = photo.renditions["preview"]
    factor = min(1.0, LONGER_SIDE / max(preview["width"], preview["height"]))
    return ExplainPhoto(
        photo_id=photo.id,
        rendition_key=rendition_for(photo.renditions, round(1.5 * input_side)),
        model_version=model.version,
        label=label,
        width=max(1, round(preview["width"] * factor)),
        height=max(1, round(preview["height"] * factor)),
        explanation_key=key,
        reply_key=new_reply_key(),
    )


def _fetch(store: BlobStore, key: str) -> bytes:
    try:
        return store.get(key)
    except BlobMissing as error:  # the photo was removed meanwhile
        raise TaggerUnavailable("The explanation is gone again; try again.", retry_after=5) from error
