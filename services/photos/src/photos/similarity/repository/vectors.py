"""Embeddings as pgvector has them: `halfvec`, indexed by HNSW (Malkov and Yashunin 2016) for the cosine.

A copy of the table `embeddings`, where the extension is there; it stands outside the schema's history, since
the extension may come and go with the server.
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
"""0.7 has halfvec; 0.8 goes on looking when a filter has taken too much of what the index gave."""
FEATURES = 2048
_LOCK = 7_161_902_312
"""Any number that is ours: two processes that start at once must not both build the index."""

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


def prepare_vectors(engine: Engine) -> bool:
    """Make table and index; False where pgvector is not there, too old, or not ours to use."""
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
    """Return the extension's version, the one that is installed or the one that could be."""
    found: str | None = connection.scalar(
        text(
            "SELECT coalesce(installed_version, default_version) "
            "FROM pg_available_extensions WHERE name = 'vector'"
        )
    )
    if found is None or tuple(int(part) for part in found.split(".")[:2]) < LEAST_VERSION:
        return None
    return found


class VectorRepository:
    """Only for a database that `prepare_vectors` has prepared."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def newest(self) -> datetime | None:
        found: datetime | None = self._session.scalar(text("SELECT max(created_at) FROM embedding_vectors"))
        return found

    def missing(self, since: datetime | None, limit: int) -> list[tuple[str, str]]:
        """Return photo and backbone of embeddings, from `since` on, that have no vector or an older one."""
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
        """Write vectors, over older ones; one that is no direction becomes null, which nothing finds."""
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
        self, asked: Embedding, viewer_id: str | None, limit: int, *, exactly: bool = False
    ) -> list[tuple[str, float]]:
        """Return listed photos with the cosine to `asked`, the nearest first, and never `asked` itself.

        Args:
            exactly: compare with every photo that may be listed, instead of by the index.
        """
        wanted = _literal(asked.vector)
        if wanted is None:
            return []
        # For this transaction. 40 by default, fewer than may be asked for; a recall of 0.99 wants some more.
        looking = {"candidates": str(2 * limit + 60), "indexes": "off" if exactly else "on"}
        self._session.execute(_LOOKING, looking)
        distance = text("embedding_vectors.vector <=> CAST(:wanted AS halfvec) AS distance")
        listed = (
            select(PhotoRow.id)
            .join(VECTORS, VECTORS.c.photo_id == PhotoRow.id)
            .add_columns(distance)
            .where(
                listed_for(viewer_id),
                PhotoRow.id != asked.photo_id,
                VECTORS.c.backbone == asked.backbone,
                VECTORS.c.vector.is_not(None),
            )
            .order_by(text("distance"))
            .limit(limit)
        )
        return [(photo_id, 1 - far) for photo_id, far in self._session.execute(listed, {"wanted": wanted})]


def _literal(vector: bytes) -> str | None:
    """Write float16 values as pgvector reads them; None for what is no direction."""
    if len(vector) != 2 * FEATURES or not has_direction(vector):
        return None
    values: Sequence[float] = struct.unpack(f"<{FEATURES}e", vector)
    return f"[{','.join(map(repr, values))}]"
