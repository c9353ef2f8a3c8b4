"""What SQLite has to be told about where to begin; Postgres knows it from its statistics."""

from typing import Any

from sqlalchemy import Column, ColumnElement
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.visitors import replacement_traverse

from photos.models import PhotoRow

LEADING = frozenset({"visibility", "owner_id", "deleted_at"})
"""What indexes on photos begin with, the id aside."""


def by_id(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return a condition on `photos` that leaves no index to begin with but the one on ids.

    Without fresh statistics SQLite takes `visibility = 'public'` to leave ten rows, and so would begin with all
    that is public rather than with the few ids that are asked for. Its documents advise a unary plus.
    """
    photos = PhotoRow.__table__

    def replace(element: Any, **_: Any) -> Any:
        if isinstance(element, Column) and element.key in LEADING and element.table.compare(photos):
            return _Unindexed(element)
        return None

    replaced: ColumnElement[bool] = replacement_traverse(condition, {}, replace)
    return replaced


class _Unindexed(FunctionElement[Any]):
    inherit_cache = True
    name = "unindexed"

    def __init__(self, column: ColumnElement[Any]) -> None:
        super().__init__(column)
        self.type = column.type


@compiles(_Unindexed)
def _plain(element: _Unindexed, compiler: SQLCompiler, **options: Any) -> str:
    return compiler.process(element.clauses, **options)


@compiles(_Unindexed, "sqlite")
def _with_plus(element: _Unindexed, compiler: SQLCompiler, **options: Any) -> str:
    return f"+{compiler.process(element.clauses, **options)}"
