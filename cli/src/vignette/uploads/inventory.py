"""What the account has already: asked from the server, never taken from the journal alone."""

import math
import threading
from dataclasses import dataclass, field

from vignette.api.client import Api
from vignette.errors import Refused
from vignette.uploads.journal import Journal

PAGE = 200
FEW_PAGES = 5
"""Requests that nobody notices; more are worth it only for at least as many files."""


@dataclass
class Inventory:
    """Knows the photo of a hash.

    The API has no question "which of these hashes do I have?". The list of one's own photos carries their
    hashes, 200 a request, so a library of 10,000 costs 50 requests. Where that is more than the files to
    send, the journal says which hash is which photo, and the server whether that photo is still there.
    """

    api: Api
    journal: Journal
    account: str
    username: str
    _listed: dict[str, str] | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def prepare(self, files: int, photos: int) -> None:
        """Choose the way: `files` to send, `photos` that the account says it has."""
        if math.ceil(photos / PAGE) <= max(FEW_PAGES, files):
            listed = self.api.pages("photos", user=self.username)
            self._listed = {photo["sha256"]: photo["id"] for photo in listed if photo.get("sha256")}

    def photo_of(self, sha256: str) -> str | None:
        """Return the id of the account's photo with these bytes, as far as is known."""
        if self._listed is not None:
            return self._listed.get(sha256)
        photo_id = self.journal.photo_of(self.account, sha256)
        if photo_id is None:
            return None
        try:
            self.api.get(f"photos/{photo_id}")
        except Refused as refusal:
            if refusal.http_status in (404, 410):
                return None
            raise
        return photo_id

    def note(self, sha256: str, photo_id: str) -> None:
        self.journal.note_photo(self.account, sha256, photo_id)
        with self._lock:
            if self._listed is not None:
                self._listed[sha256] = photo_id
