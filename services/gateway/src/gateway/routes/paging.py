"""How lists are paged and searched, everywhere alike."""

from typing import Annotated

from fastapi import Query

Cursor = Annotated[str | None, Query(max_length=512, description="`next_cursor` of the page before")]
Limit = Annotated[int, Query(ge=1, le=200, description="items per page")]
Search = Annotated[
    str,
    Query(
        max_length=500,
        description=(
            "words are labels, or words of title and description; side by side they must all be there. "
            '`OR`, `-word` or `NOT`, `"red car"`, parentheses, `tag:`, `user:`, `camera:`, '
            "`before:2024-05-01`, `after:`, `score:>0.8` (for the labels beside it), "
            "`is:private|public|unlisted|pending|tagged|failed` (one's own) and `is:liked`"
        ),
        examples=['lake (boat OR "rowing boat") -people'],
    ),
]
UserFilter = Annotated[str | None, Query(max_length=64, description="user name of the owner")]
