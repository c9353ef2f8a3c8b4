"""Embeddings in pgvector: `halfvec` with an HNSW index (Malkov and Yashunin 2016) for the cosine.

The table is a copy of `embeddings` on servers with the extension. It is not part of the migrations, since a
server may gain or lose the extension.
"""

import struct
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import Connection, Engine, String, column, select, table, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from photos.kernel.database import WRITE
from photos.kernel.embedding import Embedding
from photos.kernel.visibility import listed_for
from photos.models import PhotoRow
from photos.models.base import Id
from photos.similarity.cosines import has_direction
from vignette_shared.observability.logs import get_logger

log = get_logger(__name__)
LEAST_VERSION = (0, 8)
"""Version 0.7 added halfvec; 0.8 continues the index scan if a filter removes too many results."""
FEATURES = 2048
_LOCK = 7_161_902_312
"""An arbitrary advisory lock key: two processes that start together must not both build the index."""

VECTORS = table("embedding_vectors", column("photo_id", Id), column("backbone", String), column("vector"))
_TABLE = f"""
CREATE TABLE IF NOT EXISTS embedding_vectors (
  photo_id uuid NOT NULL REFERENCES photos (id) ON DELETE CASCADE,
  backbone varchar(64) NOT NULL,
  created_at timestamptz NOT NULL,
  vector halfvec({FEATURES}),
  PRIMARY KEY (photo_id, backbone)
)"""
_LOOKING = text(
    "SELECT set_config('hnsw.iterative_scan', 'strict_order', true), "
    "set_config('hnsw.ef_search', :candidates, true), set_config('enable_indexscan', :indexes, true)"
)
HNSW = """
CREATE INDEX IF NOT EXISTS ix_embedding_vectors_hnsw
ON embedding_vectors USING hnsw (vector halfvec_cosine_ops)"""
_RECENT = "CREATE INDEX IF NOT EXISTS ix_embedding_vectors_recent ON embedding_vectors (created_at)"


# Creating an extension may need a superuser: without one, the exact scan serves.
def prepare_vectors(engine: Engine) -> bool:
    """Create table and index; return False if pgvector is missing, too old or not permitted."""
    if engine.dialect.name != "postgresql":
        return False
    try:
        with engine.execution_options(**{WRITE: True}).begin() as connection:
            version = _extension(connection)
            if version is None:
                return False
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
            connection.execute(text("CREATE EXTENSION IF NOT EXISTS vector"))
            for statement in (_TABLE, _RECENT, HNSW):
                connection.execute(text(statement))
    except DBAPIError as error:
        log.warning("pgvector_unusable", reason=str(error.orig).strip())
        return False
    return True


def _extension(connection: Connection) -> str | None:
    """Return the version of the extension, installed or available."""
    version: str | None = connection.scalar(
        text(
            "SELECT coalesce(installed_version, default_version) "
            "FROM pg_available_extensions WHERE name = 'vector'"
        )
    )
    if version is None or tuple(int(part) for part in version.split(".")[:2]) < LEAST_VERSION:
        return None
    return version


class VectorRepository:
    """SQL for vectors; needs a database for which `prepare_vectors` returned True."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def newest(self) -> datetime | None:
        newest: datetime | None = self._session.scalar(text("SELECT max(created_at) FROM embedding_vectors"))
        return newest

    def missing(self, since: datetime | None, limit: int) -> list[tuple[str, str]]:
        """Return photo and backbone of embeddings from `since` on whose vector is missing or outdated."""
        rows = self._session.execute(
            text(
                "SELECT e.photo_id::text, e.backbone FROM embeddings e "
                "LEFT JOIN embedding_vectors v USING (photo_id, backbone) "
                "WHERE (CAST(:since AS timestamptz) IS NULL OR e.created_at >= :since) "
                "AND (v.created_at IS NULL OR v.created_at < e.created_at) LIMIT :limit"
            ),
            {"since": since, "limit": limit},
        )
        return [(photo_id, backbone) for photo_id, backbone in rows]

    def put(self, embeddings: Iterable[Embedding]) -> None:
        """Write vectors, replacing older ones; an embedding without a direction becomes null."""
        rows = [
            {
                "photo": each.photo_id,
                "backbone": each.backbone,
                "moment": each.created_at,
                "vector": _literal(each.vector),
            }
            for each in embeddings
        ]
        if rows:
            self._session.execute(
                text(
                    "INSERT INTO embedding_vectors (photo_id, backbone, created_at, vector) "
                    "VALUES (:photo, :backbone, :moment, CAST(:vector AS halfvec)) "
                    "ON CONFLICT (photo_id, backbone) DO UPDATE "
                    "SET created_at = excluded.created_at, vector = excluded.vector"
                ),
                rows,
            )

    def nearest(
        self, query: Embedding, viewer_id: str | None, limit: int, *, exactly: bool = False
    ) -> list[tuple[str, float]]:
        """Return listed photos other than `query` with their cosine to it, nearest first.

        Args:
            exactly: compare with every listed photo instead of using the index.
        """
        wanted = _literal(query.vector)
        if wanted is None:
            return []
        # For this transaction. The default of 40 is less than a caller may request; recall 0.99 needs more.
        looking = {"candidates": str(2 * limit + 60), "indexes": "off" if exactly else "on"}
        self._session.execute(_LOOKING, looking)
        distance = text("embedding_vectors.vector <=> CAST(:wanted AS halfvec) AS distance")
        listed = (
            select(PhotoRow.id)
            .join(VECTORS, VECTORS.c.photo_id == PhotoRow.id)
            .add_columns(distance)
            .where(
                listed_for(viewer_id),
                PhotoRow.id != query.photo_id,
                VECTORS.c.backbone == query.backbone,
                VECTORS.c.vector.is_not(None),
            )
            .order_by(text("distance"))
            .limit(limit)
        )
        return [(photo_id, 1 - far) for photo_id, far in self._session.execute(listed, {"wanted": wanted})]


def _literal(vector: bytes) -> str | None:
    """Format float16 values for pgvector; None for a vector without a direction."""
    if len(vector) != 2 * FEATURES or not has_direction(vector):
        return None
    values: Sequence[float] = struct.unpack(f"<{FEATURES}e", vector)
    return f"[{','.join(map(repr, values))}]"
