"""Which photos the account already has. The server decides; the journal alone is never trusted."""

import math
import threading
from dataclasses import dataclass, field

from vignette.api.client import PAGE, Api
from vignette.errors import Refused
from vignette.uploads.journal import Journal

CHEAP_PAGES = 5
"""Requests that cost less than a second; more must pay off by the number of files."""


@dataclass
class Inventory:
    """Maps SHA-256 hashes to the account's photos.

    The API has no lookup by hash, but an account's photo list contains them, 200 per request: a library of
    10,000 photos costs 50 requests. For fewer files than requests, the journal proposes the photo of a hash,
    and one request per file checks that it still exists. See docs/decisions/0016-what-the-account-has.md.
    """

    api: Api
    journal: Journal
    account: str
    username: str
    _listed: dict[str, str] | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def prepare(self, files: int, photos: int) -> None:
        """List the account's photos if that is cheap for `files` uploads into a library of `photos`."""
        if math.ceil(photos / PAGE) <= max(CHEAP_PAGES, files):
            photos_of_account = self.api.pages("photos", user=self.username)
            self._listed = {
                photo["sha256"]: photo["id"] for photo in photos_of_account if photo.get("sha256")
            }

    def photo_of(self, sha256: str) -> str | None:
        """Return the id of the account's photo with these bytes, or None."""
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

    def add(self, sha256: str, photo_id: str) -> None:
        self.journal.record_photo(self.account, sha256, photo_id)
        with self._lock:
            if self._listed is not None:
                self._listed[sha256] = photo_id
