"""People, albums, sharing, search words, resumable uploads, moderation."""

from uuid import UUID

import sqlalchemy as sa
from alembic import op

from photos.models.base import Id, UtcDateTime
from photos.search.words import words_of
from vignette_shared.ids import id_timestamp

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

BATCH = 500


def upgrade() -> None:  # noqa: PLR0915 - a list of tables is as long as it is
    op.create_table(
        "audit_log",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("actor", sa.String(length=32), nullable=False),
        sa.Column("action", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit_log"),
    )
    op.create_index("ix_audit_log_happened_at", "audit_log", ["happened_at"])
    op.create_table(
        "api_keys",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("user_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("prefix", sa.String(length=16), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_api_keys_user_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_api_keys"),
        sa.UniqueConstraint("key_hash", name="uq_api_keys_key_hash"),
    )
    op.create_index("ix_api_keys_user_id", "api_keys", ["user_id"])
    op.create_table(
        "blocks",
        sa.Column("blocker_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("blocked_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["blocked_id"], ["users.id"], name="fk_blocks_blocked_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["blocker_id"], ["users.id"], name="fk_blocks_blocker_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("blocker_id", "blocked_id", name="pk_blocks"),
    )
    op.create_index("ix_blocks_blocked_id", "blocks", ["blocked_id"])
    op.create_table(
        "follows",
        sa.Column("follower_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("followed_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["followed_id"], ["users.id"], name="fk_follows_followed_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["follower_id"], ["users.id"], name="fk_follows_follower_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("follower_id", "followed_id", name="pk_follows"),
    )
    op.create_index("ix_follows_followers", "follows", ["followed_id", "created_at", "follower_id"])
    op.create_index("ix_follows_following", "follows", ["follower_id", "created_at", "followed_id"])
    op.create_table(
        "uploads",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("owner_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("length", sa.BigInteger(), nullable=False),
        sa.Column("described", sa.Text(), nullable=False),
        sa.Column("photo_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("duplicate", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name="fk_uploads_owner_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_uploads"),
    )
    op.create_index("ix_uploads_expires_at", "uploads", ["expires_at"])
    op.create_index("ix_uploads_owner_id", "uploads", ["owner_id"])
    op.create_table(
        "albums",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("owner_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("visibility", sa.String(length=16), nullable=False),
        sa.Column("cover_photo_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["cover_photo_id"], ["photos.id"], name="fk_albums_cover_photo_id", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name="fk_albums_owner_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_albums"),
    )
    op.create_index("ix_albums_owner", "albums", ["owner_id", "created_at", "id"])
    op.create_table(
        "comments",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("photo_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("author_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["author_id"], ["users.id"], name="fk_comments_author_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["photo_id"], ["photos.id"], name="fk_comments_photo_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_comments"),
    )
    op.create_index("ix_comments_author_id", "comments", ["author_id"])
    op.create_index("ix_comments_photo", "comments", ["photo_id", "created_at", "id"])
    op.create_table(
        "likes",
        sa.Column("photo_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("user_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["photo_id"], ["photos.id"], name="fk_likes_photo_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_likes_user_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("photo_id", "user_id", name="pk_likes"),
    )
    op.create_index("ix_likes_user_id", "likes", ["user_id"])
    op.create_table(
        "photo_words",
        sa.Column("word", sa.String(length=64), nullable=False),
        sa.Column("photo_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.ForeignKeyConstraint(
            ["photo_id"], ["photos.id"], name="fk_photo_words_photo_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("word", "photo_id", name="pk_photo_words"),
    )
    op.create_index("ix_photo_words_photo_id", "photo_words", ["photo_id"])
    op.create_table(
        "reports",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("photo_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("reporter_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolved_by_id", sa.Uuid(as_uuid=False), nullable=True),
        sa.Column("action", sa.String(length=16), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["photo_id"], ["photos.id"], name="fk_reports_photo_id", ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["reporter_id"], ["users.id"], name="fk_reports_reporter_id", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["resolved_by_id"], ["users.id"], name="fk_reports_resolved_by_id", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_reports"),
    )
    op.create_index(
        "ix_reports_open",
        "reports",
        ["created_at", "id"],
        unique=False,
        sqlite_where=sa.text("resolved_at IS NULL"),
        postgresql_where=sa.text("resolved_at IS NULL"),
    )
    op.create_index(
        "uq_reports_open",
        "reports",
        ["photo_id", "reporter_id"],
        unique=True,
        sqlite_where=sa.text("resolved_at IS NULL"),
        postgresql_where=sa.text("resolved_at IS NULL"),
    )
    op.create_table(
        "tag_decisions",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("photo_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("user_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("label", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=True),
        sa.Column("score", sa.Double(), nullable=True),
        sa.Column("model_version", sa.String(length=64), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["photo_id"], ["photos.id"], name="fk_tag_decisions_photo_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="fk_tag_decisions_user_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_tag_decisions"),
    )
    op.create_index("ix_tag_decisions_decided_at", "tag_decisions", ["decided_at"])
    op.create_index("ix_tag_decisions_photo", "tag_decisions", ["photo_id", "label", "decided_at"])
    op.create_index("ix_tag_decisions_user_id", "tag_decisions", ["user_id"])
    op.create_table(
        "album_photos",
        sa.Column("album_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("photo_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["album_id"], ["albums.id"], name="fk_album_photos_album_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["photo_id"], ["photos.id"], name="fk_album_photos_photo_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("album_id", "photo_id", name="pk_album_photos"),
    )
    op.create_index("ix_album_photos_order", "album_photos", ["album_id", "position", "photo_id"])
    op.create_index("ix_album_photos_photo_id", "album_photos", ["photo_id"])
    op.create_table(
        "share_links",
        sa.Column("id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("album_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("password_hash", sa.String(length=255), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["album_id"], ["albums.id"], name="fk_share_links_album_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_share_links"),
    )
    op.create_index("ix_share_links_album_id", "share_links", ["album_id"])
    op.add_column("photos", sa.Column("hidden_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("photos", sa.Column("hidden_for", sa.String(length=16), nullable=True))
    op.add_column("photos", sa.Column("like_count", sa.Integer(), server_default="0", nullable=False))
    op.add_column("photos", sa.Column("comment_count", sa.Integer(), server_default="0", nullable=False))
    op.add_column("photos", sa.Column("search_text", sa.Text(), server_default="", nullable=False))
    op.add_column("photos", sa.Column("dhash", sa.BigInteger(), nullable=True))
    op.create_index(
        "ix_photos_liked",
        "photos",
        ["visibility", "status", "like_count", "created_at", "id"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_photos_shown",
        "photos",
        ["owner_id", "visibility", "status", "created_at", "id"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_photos_thrown_away",
        "photos",
        ["owner_id", "deleted_at", "id"],
        sqlite_where=sa.text("deleted_at IS NOT NULL"),
        postgresql_where=sa.text("deleted_at IS NOT NULL"),
    )
    op.create_index("ix_photos_usage", "photos", ["owner_id", "bytes"])
    op.create_index(
        "ix_photos_lookalikes",
        "photos",
        ["owner_id", "dhash", "id", "deleted_at"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL AND dhash IS NOT NULL"),
        postgresql_where=sa.text("deleted_at IS NULL AND dhash IS NOT NULL"),
    )
    op.create_index(
        "ix_photos_unhashed",
        "photos",
        ["id"],
        unique=False,
        sqlite_where=sa.text("dhash IS NULL AND thumbhash IS NOT NULL AND deleted_at IS NULL"),
        postgresql_where=sa.text("dhash IS NULL AND thumbhash IS NOT NULL AND deleted_at IS NULL"),
    )
    op.create_index("ix_embeddings_recent", "embeddings", ["backbone", "created_at", "photo_id"])
    op.add_column("photo_tags", sa.Column("newer_score", sa.Double(), nullable=True))
    op.add_column("photo_tags", sa.Column("newer_version", sa.String(length=64), nullable=True))
    op.add_column(
        "photo_tags",
        sa.Column("newer_over_threshold", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    op.add_column("users", sa.Column("avatar_photo_id", sa.Uuid(as_uuid=False), nullable=True))
    op.add_column(
        "users",
        sa.Column("default_visibility", sa.String(length=16), server_default="public", nullable=False),
    )
    op.add_column(
        "users", sa.Column("allow_downloads", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.add_column("users", sa.Column("bytes_quota", sa.BigInteger(), nullable=True))
    op.add_column("users", sa.Column("suspended_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("users", sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_users_deleted",
        "users",
        ["deleted_at"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NOT NULL"),
        postgresql_where=sa.text("deleted_at IS NOT NULL"),
    )
    # ### end Alembic commands ###
    _index_photos()


def _index_photos() -> None:
    """Make the photos that are there found by their words; their ids tell their times from now on."""
    photos = sa.table(
        "photos",
        sa.column("id", Id),
        sa.column("title", sa.Text()),
        sa.column("description", sa.Text()),
        sa.column("camera", sa.JSON()),
        sa.column("search_text", sa.Text()),
        sa.column("created_at", UtcDateTime()),
    )
    words = sa.table("photo_words", sa.column("word", sa.Text()), sa.column("photo_id", Id))
    change = photos.update().where(photos.c.id == sa.bindparam("photo"))
    connection, last = op.get_bind(), str(UUID(int=0))
    batch = sa.select(photos.c.id, photos.c.title, photos.c.description, photos.c.camera)
    while found := connection.execute(
        batch.where(photos.c.id > last).order_by(photos.c.id).limit(BATCH)
    ).all():
        last = found[-1].id
        indexed = [(row.id, words_of(row.title, row.description, row.camera)) for row in found]
        connection.execute(
            change.values(search_text=sa.bindparam("text"), created_at=sa.bindparam("moment")),
            [{"photo": id_, "text": of.text, "moment": id_timestamp(id_)} for id_, of in indexed],
        )
        if rows := [{"word": word, "photo_id": id_} for id_, of in indexed for word in of.words]:
            connection.execute(words.insert(), rows)


def downgrade() -> None:
    op.drop_index("ix_users_deleted", "users")
    op.drop_index("ix_photos_liked", "photos")
    op.drop_index("ix_photos_shown", "photos")
    op.drop_index("ix_photos_thrown_away", "photos")
    op.drop_index("ix_photos_usage", "photos")
    op.drop_index("ix_photos_lookalikes", "photos")
    op.drop_index("ix_photos_unhashed", "photos")
    op.drop_index("ix_embeddings_recent", "embeddings")
    for table in (
        "share_links",
        "album_photos",
        "tag_decisions",
        "reports",
        "photo_words",
        "likes",
        "comments",
        "albums",
        "uploads",
        "follows",
        "blocks",
        "api_keys",
        "audit_log",
    ):
        op.drop_table(table)
    for column in ("newer_score", "newer_version", "newer_over_threshold"):
        op.drop_column("photo_tags", column)
    with op.batch_alter_table("photos") as batch:
        for column in ("hidden_at", "hidden_for", "like_count", "comment_count", "search_text", "dhash"):
            batch.drop_column(column)
    with op.batch_alter_table("users") as batch:
        for column in (
            "avatar_photo_id",
            "default_visibility",
            "allow_downloads",
            "bytes_quota",
            "suspended_at",
            "deleted_at",
        ):
            batch.drop_column(column)
