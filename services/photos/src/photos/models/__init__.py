"""The tables. Ids are UUIDv7 as 36-character text; all times are in UTC and timezone-aware."""

from photos.models.accounts import (
    ApiKeyRow,
    SessionRow,
    UserRow,
)
from photos.models.albums import (
    AlbumPhotoRow,
    AlbumRow,
    ShareLinkRow,
)
from photos.models.base import (
    Base,
    Id,
    UtcDateTime,
)
from photos.models.moderation import (
    AuditRow,
    ReportRow,
)
from photos.models.photos import (
    DeadLetterRow,
    EmbeddingRow,
    PhotoRow,
    UploadRow,
)
from photos.models.social import (
    BlockRow,
    CommentRow,
    FollowRow,
    LikeRow,
)
from photos.models.tags import (
    PhotoTagRow,
    PhotoWordRow,
    TagDecisionRow,
)

__all__ = [
    "AlbumPhotoRow",
    "AlbumRow",
    "ApiKeyRow",
    "AuditRow",
    "Base",
    "BlockRow",
    "CommentRow",
    "DeadLetterRow",
    "EmbeddingRow",
    "FollowRow",
    "Id",
    "LikeRow",
    "PhotoRow",
    "PhotoTagRow",
    "PhotoWordRow",
    "ReportRow",
    "SessionRow",
    "ShareLinkRow",
    "TagDecisionRow",
    "UploadRow",
    "UserRow",
    "UtcDateTime",
]
