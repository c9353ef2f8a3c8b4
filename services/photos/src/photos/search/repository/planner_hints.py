"""What the two databases have to be told about where a search begins, each in its own way."""

from typing import Any, cast

from sqlalchemy import Column, ColumnElement, SQLColumnExpression
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.visitors import replacement_traverse

from photos.models import PhotoRow

LEADING = frozenset({"visibility", "owner_id", "deleted_at"})
"""What indexes on photos begin with, the id aside."""


def by_id(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return a condition on `photos` that leaves no index to begin with but the one on ids.

    Without fresh statistics SQLite takes `visibility = 'public'` to leave ten rows, and so would begin with
    all that is public rather than with the few ids asked for. Its documents advise a unary plus.
    """
    photos = PhotoRow.__table__

    def replace(element: Any, **_: Any) -> Any:
        if isinstance(element, Column) and element.key in LEADING and element.table.compare(photos):
            return _Unindexed(element)
        return None

    replaced: ColumnElement[bool] = replacement_traverse(condition, {}, replace)
    return replaced


def sorted_last(column: SQLColumnExpression[Any]) -> ColumnElement[Any]:
    """Return a column of `photos` to order by, once the few rows are found.

    Postgres would rather walk along all photos in order than sort some thousand of them, as though the fifty
    that are wanted came early. SQLite reads the ids that are asked for in order and needs no telling.
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
