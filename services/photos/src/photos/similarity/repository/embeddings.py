"""SQL for embeddings and difference hashes."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Integer, cast, func, literal, select
from sqlalchemy.dialects.postgresql import BIT
from sqlalchemy.orm import Session, aliased

from photos.kernel.embedding import Embedding
from photos.kernel.visibility import listed_for
from photos.models import EmbeddingRow, PhotoRow

BATCH = 500
"""Vectors per query: 2 MiB at 2,048 float16 values each."""


class EmbeddingRepository:
    def __init__(self, session: Session) -> None:
        self._session = session

    def newest(self, photo_id: str) -> Embedding | None:
        """Return a photo's most recent embedding, of whichever backbone."""
        row = self._session.scalar(
            select(EmbeddingRow)
            .where(EmbeddingRow.photo_id == photo_id)
            .order_by(EmbeddingRow.created_at.desc(), EmbeddingRow.backbone)
            .limit(1)
        )
        return _embedding(row) if row is not None else None

    def backbones(self) -> Sequence[str]:
        return self._session.scalars(select(EmbeddingRow.backbone).distinct()).all()

    def features(self, backbone: str) -> int:
        """Return the number of values per embedding, 0 if there is none."""
        size = select(func.length(EmbeddingRow.vector)).where(EmbeddingRow.backbone == backbone).limit(1)
        return (self._session.scalar(size) or 0) // 2

    def state(self, backbone: str) -> tuple[int, datetime | None]:
        """Return the number of embeddings and the time of the newest."""
        count, newest = self._session.execute(
            select(func.count(), func.max(EmbeddingRow.created_at)).where(EmbeddingRow.backbone == backbone)
        ).one()
        return count, newest

    def recorded_since(self, backbone: str, moment: datetime | None) -> dict[str, datetime]:
        """Return the embedding time by photo, for all photos or those embedded at `moment` or later."""
        statement = select(EmbeddingRow.photo_id, EmbeddingRow.created_at).where(
            EmbeddingRow.backbone == backbone
        )
        if moment is not None:
            statement = statement.where(EmbeddingRow.created_at >= moment)
        return dict(self._session.execute(statement).all())

    def read(self, backbone: str, photo_ids: Iterable[str]) -> Iterator[Embedding]:
        """Yield the embeddings of these photos, reading a few hundred at a time."""
        wanted = list(photo_ids)
        for start in range(0, len(wanted), BATCH):
            rows = self._session.execute(
                select(EmbeddingRow.photo_id, EmbeddingRow.vector, EmbeddingRow.created_at).where(
                    EmbeddingRow.backbone == backbone,
                    EmbeddingRow.photo_id.in_(wanted[start : start + BATCH]),
                )
            )
            for photo_id, vector, created_at in rows:
                yield Embedding(photo_id, backbone, vector, created_at)

    def listed_among(self, photo_ids: Sequence[str], viewer_id: str | None) -> frozenset[str]:
        """Return those of the photos that the viewer's lists may hold."""
        # Select by id in a subquery: SQLite would scan all public photos rather than use the IN. The LIMIT,
        # which has no effect on the result, keeps it from flattening the subquery.
        those = select(PhotoRow).where(PhotoRow.id.in_(photo_ids)).limit(len(photo_ids)).subquery()
        photo = aliased(PhotoRow, those)
        return frozenset(self._session.scalars(select(photo.id).where(listed_for(viewer_id, photo))))

    def listed(self, viewer_id: str | None, fewer_than: int) -> frozenset[str] | None:
        """Return all photos that the viewer's lists may hold, or None if there are `fewer_than` or more."""
        photo_ids = self._session.scalars(select(PhotoRow.id).where(listed_for(viewer_id)).limit(fewer_than))
        listed = frozenset(photo_ids)
        return listed if len(listed) < fewer_than else None

    def lookalikes(self, photo: PhotoRow, bits: int, limit: int) -> list[tuple[str, int]]:
        """Return the owner's other photos with a hash distance of at most `bits`, nearest first."""
        if photo.dhash is None:
            return []
        distance = self._distance(photo.dhash).label("distance")
        rows = self._session.execute(
            select(PhotoRow.id, distance)
            .where(
                PhotoRow.owner_id == photo.owner_id,
                PhotoRow.deleted_at.is_(None),
                PhotoRow.dhash.is_not(None),
                PhotoRow.id != photo.id,
                distance <= bits,
            )
            .order_by(distance, PhotoRow.id)
            .limit(limit)
        )
        return [(photo_id, differing) for photo_id, differing in rows]

    def unhashed(self, limit: int) -> Sequence[PhotoRow]:
        """Return rendered photos without a hash, from releases that made none."""
        return self._session.scalars(
            select(PhotoRow)
            .where(PhotoRow.dhash.is_(None), PhotoRow.thumbhash.is_not(None), PhotoRow.deleted_at.is_(None))
            .order_by(PhotoRow.id)
            .limit(limit)
        ).all()

    def _distance(self, dhash: int) -> ColumnElement[int]:
        if self._session.get_bind().dialect.name == "postgresql":
            differing = PhotoRow.dhash.op("#")(literal(dhash, PhotoRow.dhash.type))
            return cast(func.bit_count(cast(differing, BIT(64))), Integer)
        return func.differing_bits(PhotoRow.dhash, dhash, type_=Integer)


def _embedding(row: EmbeddingRow) -> Embedding:
    return Embedding(row.photo_id, row.backbone, row.vector, row.created_at)
