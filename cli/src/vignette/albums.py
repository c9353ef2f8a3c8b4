"""Albums by title or id, made when they are wanted and not there."""

import threading
import uuid
from dataclasses import dataclass, field

from vignette.api.client import Api
from vignette.errors import CommandError, Refused


@dataclass
class Albums:
    """One's own albums, asked for once; `id_of` may be called from many threads."""

    api: Api
    username: str
    visibility: str | None = None
    """of albums that are made; None: the server's default"""
    _ids: dict[str, str] = field(default_factory=dict)
    _titles: dict[str, list[str]] | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def id_of(self, wanted: str) -> str:
        """Return the album's id; a title that no album of one's own has makes one.

        Raises:
            CommandError: several albums have this title. Refused: as the server says.
        """
        key = wanted.strip().casefold()
        with self._lock:
            if key not in self._ids:
                self._ids[key] = self._find(wanted.strip()) or self._make(wanted.strip())
            return self._ids[key]

    def add(self, wanted: str, photo_id: str) -> None:
        self.api.send("PUT", f"albums/{self.id_of(wanted)}/photos/{photo_id}")

    def _find(self, wanted: str) -> str | None:
        if is_id(wanted):
            return str(self.api.get(f"albums/{wanted}")["id"])
        if self._titles is None:
            self._titles = {}
            for album in self.api.pages("albums"):
                if (album.get("owner") or {}).get("username", self.username) == self.username:
                    self._titles.setdefault(album["title"].casefold(), []).append(album["id"])
        ids = self._titles.get(wanted.casefold(), [])
        if len(ids) > 1:
            raise CommandError(
                f"{len(ids)} of your albums are called {wanted}: name one by its id ({', '.join(ids)})."
            )
        return ids[0] if ids else None

    def _make(self, title: str) -> str:
        body = {"title": title[:200]}
        if self.visibility:
            body["visibility"] = self.visibility
        try:
            return str(self.api.post("albums", body)["id"])
        except Refused as refusal:
            raise Refused(
                refusal.http_status, refusal.problem_code, f"Album {title}: {refusal.detail}"
            ) from refusal


def is_id(text: str) -> bool:
    try:
        return str(uuid.UUID(text)) == text.lower()
    except ValueError:
        return False
