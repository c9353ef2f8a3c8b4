"""How lists are paged, everywhere alike."""

from typing import Annotated

from fastapi import Query

Cursor = Annotated[str | None, Query(max_length=512, description="`next_cursor` of the page before")]
Limit = Annotated[int, Query(ge=1, le=200, description="items per page")]
