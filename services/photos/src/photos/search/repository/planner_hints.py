"""Query planner hints for SQLite and Postgres, each in its own dialect."""

from typing import Any, cast

from sqlalchemy import Column, ColumnElement, SQLColumnExpression
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.visitors import replacement_traverse

from photos.models import PhotoRow

LEADING = frozenset({"visibility", "owner_id", "deleted_at"})
"""The first columns of the indexes on `photos`, except for the id."""


def by_id(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """Rewrite a condition on `photos` so that SQLite can only use the index on ids.

    Without fresh statistics SQLite estimates ten rows for `visibility = 'public'`, and would scan all public
    photos rather than look up the few given ids. Its documentation advises a unary plus on the column.
    """
    photos = PhotoRow.__table__

    def replace(element: Any, **_: Any) -> Any:
        if isinstance(element, Column) and element.key in LEADING and element.table.compare(photos):
            return _Unindexed(element)
        return None

    replaced: ColumnElement[bool] = replacement_traverse(condition, {}, replace)
    return replaced


def sorted_last(column: SQLColumnExpression[Any]) -> ColumnElement[Any]:
    """Return an ORDER BY column that Postgres can't take from an index.

    Postgres would rather scan all photos in order than sort a few thousand of them, assuming that the fifty
    matches come early. SQLite reads the given ids in order and needs no hint.
    """
    return _SortedLast(cast("ColumnElement[Any]", column))


class _Unindexed(FunctionElement[Any]):
    inherit_cache = True
    name = "unindexed"

    def __init__(self, column: ColumnElement[Any]) -> None:
        super().__init__(column)
        self.type = column.type


class _SortedLast(FunctionElement[Any]):
    inherit_cache = True
    name = "sorted_last"

    def __init__(self, column: ColumnElement[Any]) -> None:
        super().__init__(column)
        self.type = column.type


@compiles(_Unindexed)
def _plain(element: _Unindexed, compiler: SQLCompiler, **options: Any) -> str:
    return compiler.process(element.clauses, **options)


@compiles(_Unindexed, "sqlite")
def _with_plus(element: _Unindexed, compiler: SQLCompiler, **options: Any) -> str:
    return f"+{compiler.process(element.clauses, **options)}"


@compiles(_SortedLast)
def _column(element: _SortedLast, compiler: SQLCompiler, **options: Any) -> str:
    return compiler.process(element.clauses, **options)


@compiles(_SortedLast, "postgresql")
def _expression(element: _SortedLast, compiler: SQLCompiler, **options: Any) -> str:
    column = compiler.process(element.clauses, **options)
    return f"coalesce({column}, {column})"
