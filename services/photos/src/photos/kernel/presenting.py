"""Build the API's photos, people and tags from rows, as one viewer may see them."""

from collections.abc import Sequence

from photos.kernel.unit_of_work import Repositories
from photos.models import PhotoRow, PhotoTagRow, TagDecisionRow, UserRow
from vignette_shared.contracts.api import (
    Camera,
    Failure,
    Location,
    PastDecision,
    Person,
    Photo,
    PhotoUrls,
    RenditionSize,
    Tag,
)

ALT_LABELS = 4
"""Labels in an alt text: it is read aloud, so it has to stay a sentence."""
STRONG = 0.7
"""Score from which the alt text states a suggestion as a fact.

Heads are calibrated (an expected calibration error of a few hundredths), so a label with this score is right
at least twice as often as wrong. A label's threshold is too low for that: the starter model's begin at 0.39.
"""


def present_all(db: Repositories, photos: Sequence[PhotoRow], viewer_id: str | None) -> list[Photo]:
    """Build the API's photos in the given order, with one query per table."""
    ids = [photo.id for photo in photos]
    tags, liked = db.tags.shown(ids), db.social.liked(viewer_id, ids)
    return [present(photo, tags.get(photo.id, []), viewer_id, liked=photo.id in liked) for photo in photos]


def present(
    photo: PhotoRow, tags: Sequence[PhotoTagRow], viewer_id: str | None, *, liked: bool = False
) -> Photo:
    """Build the API's photo from its row, with `owner` loaded, and its tags in order.

    Sensitive suggestions are removed from `tags` unless the viewer is the owner.
    """
    own = photo.owner_id == viewer_id
    visible = [tag for tag in tags if own or not is_private(tag)]
    # The reason may name details of the file, which are the owner's business.
    failed = own and photo.failure_code is not None
    # Only the owner gets the location: most people do not know that their camera records it.
    located = own and photo.latitude is not None and photo.longitude is not None
    return Photo(
        id=photo.id,
        owner=present_person(photo.owner),
        title=photo.title,
        description=photo.description,
        alt_text=photo.alt_text or compose_alt_text(photo, visible),
        alt_text_automatic=not photo.alt_text,
        visibility=photo.visibility,
        status=photo.status,
        width=photo.width,
        height=photo.height,
        bytes=photo.bytes,
        sha256=photo.sha256,
        media_type=photo.media_type,
        taken_at=photo.taken_at,
        created_at=photo.created_at,
        thumbhash=photo.thumbhash,
        urls=PhotoUrls(
            thumb=_url(photo, "thumb"),
            medium=_url(photo, "medium"),
            preview=_url(photo, "preview"),
            original=_url(photo, "original") if own or photo.owner.allow_downloads else None,
        ),
        tags=[present_tag(tag) for tag in visible],
        liked=liked,
        like_count=photo.like_count,
        comment_count=photo.comment_count,
        camera=Camera.model_validate(photo.camera) if photo.camera else None,
        location=Location(latitude=photo.latitude or 0.0, longitude=photo.longitude or 0.0)
        if located
        else None,
        failure=Failure(code=photo.failure_code or "", detail=photo.failure_detail or "") if failed else None,
        deleted_at=photo.deleted_at if own else None,
    )


def present_person(user: UserRow) -> Person:
    avatar = f"/api/v1/photos/{user.avatar_photo_id}/file?size=thumb" if user.avatar_photo_id else None
    return Person(username=user.username, display_name=user.display_name, avatar_url=avatar)


def present_tag(tag: PhotoTagRow) -> Tag:
    return Tag(
        label=tag.label,
        score=None if tag.score is None else round(tag.score, 4),
        source=tag.source,
        state=tag.state,
        model_version=tag.model_version,
    )


def present_decision(decision: TagDecisionRow) -> PastDecision:
    return PastDecision(
        label=decision.label,
        state=decision.state,
        score=None if decision.score is None else round(decision.score, 4),
        model_version=decision.model_version,
        decided_at=decision.decided_at,
    )


def is_private(tag: PhotoTagRow) -> bool:
    """Whether only the owner sees a tag: a sensitive label that is still a suggestion."""
    return tag.sensitive and tag.state == "suggested"


def compose_alt_text(photo: PhotoRow, tags: Sequence[PhotoTagRow]) -> str:
    """Compose an alt text from the tags: accepted ones, then suggestions with a high score.

    Without either, the text names what the photo may show, or says that there is no description. Sensitive
    suggestions are left out even for the owner, who may copy the text elsewhere.
    """
    by = photo.owner.display_name
    shown = [tag for tag in tags if tag.shown and not is_private(tag)]
    accepted = [tag for tag in shown if tag.state == "accepted"]
    suggested = [tag for tag in shown if tag.state == "suggested"]
    sure = accepted + [tag for tag in suggested if (tag.score or 0) >= STRONG]
    if sure:
        return f"Photo of {_listed(sure)}, by {by}"
    if suggested:
        return f"Photo that may show {_listed(suggested)}, by {by}"
    if photo.status == "pending":
        return f"Photo by {by}, not described yet"
    return f"Photo by {by}, without a description"


def _listed(tags: Sequence[PhotoTagRow]) -> str:
    """Join the first labels as an English list: `lake, sky and water`."""
    labels = [tag.label.replace("_", " ") for tag in tags[:ALT_LABELS]]
    return labels[0] if len(labels) == 1 else f"{', '.join(labels[:-1])} and {labels[-1]}"


def _url(photo: PhotoRow, size: RenditionSize) -> str | None:
    if size != "original" and size not in photo.renditions:
        return None
    return f"/api/v1/photos/{photo.id}/file?size={size}"
