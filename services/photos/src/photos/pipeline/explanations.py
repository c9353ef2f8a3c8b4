"""Explanations: heatmaps of where in a photo a label comes from, drawn on request and cached for a day."""

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
"""Pixels; the heatmap is smooth and is scaled up over the preview."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """A heatmap as PNG, with the visibility of its photo."""

    png: bytes
    visibility: Visibility


def explain(services: Services, photo_id: str, label: str, caller: Identity) -> Explanation:
    """Return a heatmap of where in a photo the production model finds a label.

    The owner may ask for any label of the model, others only for labels that they see on the photo.

    Raises:
        NotFound: the caller may not see the photo or the label, or the photo is not rendered yet.
        BadLabel: the label is not valid.
        ModelMissing, ModelDamaged: no usable model is in production.
        TaggerBusy, TaggerUnavailable, BrokerUnavailable, ImageError, StorageError: as `Explainer.draw`.
    """
    label = normalise_label(label)
    with services.database.read() as db:
        photo = find_visible(db, photo_id, caller.user_id, admin=caller.is_admin)
        own = photo.owner_id == caller.user_id
        if not own and label not in _seen_labels(db, photo):
            raise NotFound(f"The photo has no tag {label!r}.")
    # The model in production, not the one that tagged the photo: only its weights are loaded in a tagger.
    model = services.registry.production()
    if label not in model.labels:
        raise NotFound(f"The model does not know {label!r}. Only the model's labels can be explained.")
    if not photo.renditions:
        raise NotFound("The photo is not rendered yet. Watch its status.")
    # The version is part of the key, so a promotion never serves explanations of the old model.
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
    # The tagger embeds windows of a third of the shorter side. A rendition of three times the input side has
    # enough pixels for them; `rendition_for` doubles its argument.
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
    except BlobMissing as error:  # the photo was deleted in the meantime
        raise TaggerUnavailable("The explanation was deleted. Try again.", retry_after=5) from error
