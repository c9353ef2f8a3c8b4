"""Albums by title or id, created on first use."""

import threading
import uuid
from dataclasses import dataclass, field

from vignette.api.client import Api
from vignette.errors import CommandError, Refused


@dataclass
class Albums:
    """The account's albums, listed once. Thread-safe."""

    api: Api
    username: str
    visibility: str | None = None
    """of albums that are created; None means the server's default"""
    _ids: dict[str, str] = field(default_factory=dict)
    _titles: dict[str, list[str]] | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def id_of(self, title_or_id: str) -> str:
        """Return the album's id; create an album if none of the account's has this title.

        Raises:
            CommandError: several albums have this title.
            Refused: there is no album with this id, or the server rejects the title.
        """
        key = title_or_id.strip().casefold()
        # Held during the requests, so that two workers do not create the album twice.
        with self._lock:
            if key not in self._ids:
                self._ids[key] = self._find(title_or_id.strip()) or self._create(title_or_id.strip())
            return self._ids[key]

    def add(self, title_or_id: str, photo_id: str) -> None:
        self.api.send("PUT", f"albums/{self.id_of(title_or_id)}/photos/{photo_id}")

    def _find(self, title_or_id: str) -> str | None:
        if is_id(title_or_id):
            return str(self.api.get(f"albums/{title_or_id}")["id"])
        if self._titles is None:
            self._titles = {}
            for album in self.api.pages("albums"):
                if (album.get("owner") or {}).get("username", self.username) == self.username:
                    self._titles.setdefault(album["title"].casefold(), []).append(album["id"])
        ids = self._titles.get(title_or_id.casefold(), [])
        if len(ids) > 1:
            raise CommandError(
                f"{len(ids)} of your albums have the title {title_or_id}: use an id ({', '.join(ids)})."
            )
        return ids[0] if ids else None

    def _create(self, title: str) -> str:
        # Folder names of an import may exceed the API's limit.
        body = {"title": title[:200]}
        if self.visibility:
            body["visibility"] = self.visibility
        try:
            return str(self.api.post("albums", body)["id"])
        except Refused as refusal:
            detail = f"Album {title}: {refusal.detail}"
            raise Refused(refusal.http_status, refusal.problem_code, detail) from refusal


def is_id(text: str) -> bool:
    try:
        return str(uuid.UUID(text)) == text.lower()
    except ValueError:
        return False
