"""Tags, the history of decisions, and the word index."""

from datetime import datetime

from sqlalchemy import Computed, ForeignKey, Index, String, false
from sqlalchemy.orm import Mapped, mapped_column

from photos.models.base import Base, Id, UtcDateTime
from vignette_shared.contracts.api import TagSource, TagState


class PhotoTagRow(Base):
    """A label on a photo: the model's score, the owner's decision, or both.

    All scores of the model are stored. A search by label reads the few rows that are `shown`, a generated
    column, so it can't disagree with the state. A decided row keeps the score that was decided on; the
    `newer_*` columns hold a later model's score, for when the decision is withdrawn.
    """

    __tablename__ = "photo_tags"
    __table_args__ = (Index("ix_photo_tags_label", "label", "shown", "photo_id"),)

    photo_id: Mapped[str] = mapped_column(Id, ForeignKey("photos.id", ondelete="CASCADE"), primary_key=True)
    label: Mapped[str] = mapped_column(String(64), primary_key=True)
    score: Mapped[float | None]
    source: Mapped[TagSource] = mapped_column(String(8))
    state: Mapped[TagState] = mapped_column(String(16))
    model_version: Mapped[str | None] = mapped_column(String(64))
    over_threshold: Mapped[bool] = mapped_column(server_default=false())
    sensitive: Mapped[bool] = mapped_column(server_default=false())
    newer_score: Mapped[float | None]
    newer_version: Mapped[str | None] = mapped_column(String(64))
    newer_over_threshold: Mapped[bool] = mapped_column(server_default=false())
    shown: Mapped[bool] = mapped_column(
        Computed("state = 'accepted' OR (state = 'suggested' AND over_threshold)", persisted=True)
    )


class TagDecisionRow(Base):
    """A decision on a label, kept permanently: the next model trains on it.

    `state` is null if a decision was withdrawn; `score` and `model_version` are the model's at that time.
    """

    __tablename__ = "tag_decisions"
    __table_args__ = (Index("ix_tag_decisions_photo", "photo_id", "label", "decided_at"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    photo_id: Mapped[str] = mapped_column(Id, ForeignKey("photos.id", ondelete="CASCADE"))
    user_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id", ondelete="CASCADE"), index=True)
    label: Mapped[str] = mapped_column(String(64))
    state: Mapped[TagState | None] = mapped_column(String(16))
    score: Mapped[float | None]
    model_version: Mapped[str | None] = mapped_column(String(64))
    decided_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class PhotoWordRow(Base):
    """A folded word of a photo's title, description or camera; an index that works in every database."""

    __tablename__ = "photo_words"

    word: Mapped[str] = mapped_column(String(64), primary_key=True)
    photo_id: Mapped[str] = mapped_column(
        Id, ForeignKey("photos.id", ondelete="CASCADE"), primary_key=True, index=True
    )
