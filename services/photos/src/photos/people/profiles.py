"""A user's public profile."""

from dataclasses import asdict

from photos.kernel.presenting import present_person
from photos.kernel.services import Services
from vignette_shared.contracts.api import Counts, Profile
from vignette_shared.errors import NotFound


def get_profile(services: Services, username: str, viewer_id: str | None) -> Profile:
    """Return a user's public profile; raises `NotFound`, also for suspended users."""
    with services.database.read() as db:
        user = db.accounts.by_name(username)
        if user is None or user.suspended_at is not None:
            raise NotFound("There is no user with this name.")
        counts = db.profiles.public_counts(user.id)
        return Profile(
            **present_person(user).model_dump(),
            bio=user.bio,
            counts=Counts(**asdict(counts)),
            created_at=user.created_at,
            followed=viewer_id is not None and db.profiles.follows(viewer_id, user.id),
            follows_you=viewer_id is not None and db.profiles.follows(user.id, viewer_id),
            blocked=viewer_id is not None and db.social.blocks(viewer_id, user.id),
        )
