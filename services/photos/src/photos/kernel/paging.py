"""How lists are paged, everywhere alike."""

from datetime import datetime
from typing import Annotated

from fastapi import Depends, Query

from photos.kernel.cursors import read_position

Limit = Annotated[int, Query(ge=1, le=200)]
Cursor = Annotated[str | None, Query(max_length=512)]


def after_of(cursor: Cursor = None) -> tuple[datetime, str] | None:
    """Read where a list that is ordered by time goes on; raises `BadCursor`."""
    if cursor is None:
        return None
    position = read_position(cursor)
    return position.created_at, position.id


After = Annotated[tuple[datetime, str] | None, Depends(after_of)]
