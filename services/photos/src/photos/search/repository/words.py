"""SQL for the index of words."""

from collections.abc import Collection

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from photos.models import PhotoWordRow


class WordRepository:
    def __init__(self, session: Session) -> None:
        self._session = session

    def replace(self, photo_id: str, words: Collection[str]) -> None:
        """Replace the photo's words, writing only the differences."""
        existing = set(
            self._session.scalars(select(PhotoWordRow.word).where(PhotoWordRow.photo_id == photo_id))
        )
        if gone := existing.difference(words):
            self._session.execute(
                delete(PhotoWordRow).where(PhotoWordRow.photo_id == photo_id, PhotoWordRow.word.in_(gone))
            )
        if new := sorted(set(words) - existing):
            rows = [{"word": word, "photo_id": photo_id} for word in new]
            self._session.execute(insert(PhotoWordRow), rows)
