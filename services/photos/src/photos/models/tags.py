"""Labels: what the model and people say of a photo, and the words that a search finds it by."""

from datetime import datetime

from sqlalchemy import Computed, ForeignKey, Index, String, false
from sqlalchemy.orm import Mapped, mapped_column

from photos.models.base import Base, Id, UtcDateTime
from vignette_shared.contracts.api import TagSource, TagState


class PhotoTagRow(Base):
    """A label of a photo: the model's score for it, a person's decision, or both.

    All scores of the model are kept. A search by label looks at the few that are `shown`, which the database
    derives, so that it can't drift from the state. A decided row keeps what was decided on; the `newer_*` are
    what the model that came later says of the label, for the day the decision is taken back.
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
    """What a person decided about a label, kept for good: the next model trains on it.

    `state` is null when a decision was taken back; `score` and `model_version` are what the model had said.
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
    """A word of a photo's title or description, folded; works alike in every database."""

    __tablename__ = "photo_words"

    word: Mapped[str] = mapped_column(String(64), primary_key=True)
    photo_id: Mapped[str] = mapped_column(
        Id, ForeignKey("photos.id", ondelete="CASCADE"), primary_key=True, index=True
    )
