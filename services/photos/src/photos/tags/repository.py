"""SQL for tags and the history of decisions."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, delete, func, insert, or_, select, update
from sqlalchemy.orm import Session

from photos.models import PhotoRow, PhotoTagRow, TagDecisionRow


@dataclass(frozen=True, slots=True)
class NewTag:
    """A tag to insert; the fields are those of `photo_tags`."""

    label: str
    score: float | None
    source: str
    state: str
    model_version: str | None
    over_threshold: bool
    sensitive: bool


def seen_by(viewer_id: str | None, own: ColumnElement[bool] | None = None) -> ColumnElement[bool]:
    """Whether the viewer sees a tag: only the owner sees sensitive labels that are still suggestions.

    Needs `photos` in the query, or `own`, the condition that the photo is the viewer's.
    """
    open_to_all = or_(PhotoTagRow.sensitive.is_(False), PhotoTagRow.state == "accepted")
    if viewer_id is not None:
        open_to_all = or_(open_to_all, PhotoRow.owner_id == viewer_id if own is None else own)
    return and_(PhotoTagRow.shown.is_(True), open_to_all)


class TagRepository:
    def __init__(self, session: Session) -> None:
        self._session = session

    def shown(self, photo_ids: Iterable[str]) -> dict[str, list[PhotoTagRow]]:
        """Return the suggestions at or above their thresholds and the accepted tags, by photo."""
        return self._grouped(PhotoTagRow.photo_id.in_(list(photo_ids)), PhotoTagRow.shown.is_(True))

    def all(self, photo_id: str) -> list[PhotoTagRow]:
        """Return all tags of a photo, including rejected ones and scores below their thresholds."""
        return self._grouped(PhotoTagRow.photo_id == photo_id)[photo_id]

    def suggest(self, photo_id: str, tags: Sequence[NewTag]) -> None:
        """Replace the model's suggestions; decided tags keep their state and get the `newer_*` values."""
        # Delete and insert: labels that the new model does not know must disappear.
        suggested = and_(PhotoTagRow.photo_id == photo_id, PhotoTagRow.state == "suggested")
        self._session.execute(delete(PhotoTagRow).where(suggested))
        # Decided labels keep their row: the decision must survive every retagging (docs/decisions/0012).
        decided = set(
            self._session.scalars(select(PhotoTagRow.label).where(PhotoTagRow.photo_id == photo_id))
        )
        self.add(photo_id, [tag for tag in tags if tag.label not in decided])
        self._note(photo_id, [tag for tag in tags if tag.label in decided])

    def find(self, photo_id: str, label: str) -> PhotoTagRow | None:
        return self._session.get(PhotoTagRow, (photo_id, label))

    def labelled(self, photo_ids: Collection[str], label: str) -> dict[str, PhotoTagRow]:
        """Return a label's tags by photo, including rejected ones and scores below the threshold."""
        rows = self._session.scalars(
            select(PhotoTagRow).where(PhotoTagRow.photo_id.in_(photo_ids), PhotoTagRow.label == label)
        )
        return {row.photo_id: row for row in rows}

    def remove(self, tag: PhotoTagRow) -> None:
        self._session.delete(tag)

    def own_count(self, photo_id: str) -> int:
        """Count the labels of a photo that the owner added."""
        counted = select(func.count()).where(PhotoTagRow.photo_id == photo_id, PhotoTagRow.source == "user")
        return self._session.scalar(counted) or 0

    def own_counts(self, photo_ids: Collection[str]) -> dict[str, int]:
        """Count the labels that the owner added, by photo."""
        rows = self._session.execute(
            select(PhotoTagRow.photo_id, func.count())
            .where(PhotoTagRow.photo_id.in_(photo_ids), PhotoTagRow.source == "user")
            .group_by(PhotoTagRow.photo_id)
        )
        return {str(photo_id): count for photo_id, count in rows}

    def decisions(self, photo_id: str, limit: int) -> list[TagDecisionRow]:
        """Return the decisions on a photo's labels, latest first."""
        rows = self._session.scalars(
            select(TagDecisionRow)
            .where(TagDecisionRow.photo_id == photo_id)
            .order_by(TagDecisionRow.decided_at.desc(), TagDecisionRow.id.desc())
            .limit(limit)
        )
        return list(rows)

    def add_decision(self, decision: TagDecisionRow) -> None:
        self._session.add(decision)

    def add(self, photo_id: str, tags: Sequence[NewTag]) -> None:
        self._insert([(photo_id, tag) for tag in tags])

    def add_to_all(self, photo_ids: Iterable[str], tag: NewTag) -> None:
        self._insert([(photo_id, tag) for photo_id in photo_ids])

    def _insert(self, tags: Sequence[tuple[str, NewTag]]) -> None:
        if tags:
            rows = [
                {
                    "photo_id": photo_id,
                    "label": tag.label,
                    "score": tag.score,
                    "source": tag.source,
                    "state": tag.state,
                    "model_version": tag.model_version,
                    "over_threshold": tag.over_threshold,
                    "sensitive": tag.sensitive,
                }
                for photo_id, tag in tags
            ]
            self._session.execute(insert(PhotoTagRow), rows)

    # One UPDATE with many parameter sets, by primary key.
    def _note(self, photo_id: str, tags: Sequence[NewTag]) -> None:
        if tags:
            rows = [
                {
                    "photo_id": photo_id,
                    "label": tag.label,
                    "newer_score": tag.score,
                    "newer_version": tag.model_version,
                    "newer_over_threshold": tag.over_threshold,
                    "sensitive": tag.sensitive,
                }
                for tag in tags
            ]
            self._session.execute(update(PhotoTagRow), rows)

    def _grouped(self, *conditions: ColumnElement[bool]) -> dict[str, list[PhotoTagRow]]:
        tags_by_photo: dict[str, list[PhotoTagRow]] = defaultdict(list)
        rows = self._session.scalars(
            select(PhotoTagRow)
            .where(*conditions)
            .order_by(PhotoTagRow.score.desc().nulls_first(), PhotoTagRow.label)
        )
        for row in rows:
            tags_by_photo[row.photo_id].append(row)
        return tags_by_photo
