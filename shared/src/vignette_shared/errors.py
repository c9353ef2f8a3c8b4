"""Every error that Vignette reports to a user or an API client.

Each class fixes three things: `code`, which is stable and meant for programs; the HTTP `status`; and `title`,
which is the same for every error of the class. An instance adds `detail`: what happened this time and what to
do about it. Adapters translate errors of third-party libraries into these classes, and
`vignette_shared.http.problems` renders them as problem documents (RFC 9457).
"""

from typing import Any, ClassVar


class VignetteError(Exception):
    """Base class of all errors that have a code.

    Args:
        detail: what happened and what to do next; defaults to the title.
        retry_after: seconds after which a retry can succeed (header `Retry-After`).
        extra: additional members of the problem document, such as `position` for an invalid query.
    """

    code: ClassVar[str] = "internal_error"
    status: ClassVar[int] = 500
    title: ClassVar[str] = "Something went wrong on our side"

    def __init__(self, detail: str | None = None, *, retry_after: int | None = None, **extra: Any) -> None:
        super().__init__(detail or self.title)
        self.detail = detail or self.title
        self.retry_after = retry_after
        self.extra = extra


# --- invalid requests -------------------------------------------------------------------------------


class BadRequest(VignetteError):
    code, status, title = "bad_request", 400, "The request is malformed"


class BadCursor(BadRequest):
    code, title = "bad_cursor", "The cursor is invalid"


class ValidationFailed(VignetteError):
    code, status, title = "validation_failed", 422, "Some fields are invalid"


class WeakPassword(ValidationFailed):
    code, title = "weak_password", "The password is too easy to guess"


class IncorrectPassword(ValidationFailed):
    """A signed-in user confirmed an action with a wrong password.

    Not a 401: clients would take that as the end of the session.
    """

    code, title = "incorrect_password", "The password is incorrect"


class BadLabel(ValidationFailed):
    code, title = "bad_label", "The tag is invalid"


class BadQuery(ValidationFailed):
    """Carries `position`, the 0-based character offset in `q`, and `expected`, a description for people."""

    code, title = "bad_query", "The search query is invalid"


class CannotFollowSelf(ValidationFailed):
    code, title = "cannot_follow_self", "You can't follow yourself"


class CannotBlockSelf(ValidationFailed):
    code, title = "cannot_block_self", "You can't block yourself"


class CannotReportOwn(ValidationFailed):
    code, title = "cannot_report_own", "You can't report your own photo"


class ChecksumMismatch(ValidationFailed):
    code, title = "checksum_mismatch", "The file does not match its checksum"


class TooLarge(VignetteError):
    code, status, title = "too_large", 413, "The request body is too large"


class RequestTimeout(VignetteError):
    code, status, title = "request_timeout", 408, "The request timed out"


class QuotaExceeded(TooLarge):
    code, title = "quota_exceeded", "The storage quota is exceeded"


class RangeNotSatisfiable(VignetteError):
    code, status, title = "range_not_satisfiable", 416, "The requested range is outside the file"


class RateLimited(VignetteError):
    code, status, title = "rate_limited", 429, "Too many requests"


class Stale(VignetteError):
    code, status, title = "stale", 412, "This has changed since you last read it"


# --- resumable uploads (tus 1.0.0) ------------------------------------------------------------------


class UnsupportedTusVersion(VignetteError):
    code, status, title = "unsupported_tus_version", 412, "The tus version is not supported"


class WrongOffset(VignetteError):
    code, status, title = "wrong_offset", 409, "The upload offset does not match"


class UploadExpired(VignetteError):
    code, status, title = "upload_expired", 410, "The upload has expired"


class UploadLocked(VignetteError):
    code, status, title = "upload_locked", 423, "Another request is writing to this upload"


class ChunkMismatch(VignetteError):
    """Status 460 is defined by the tus checksum extension."""

    code, status, title = "chunk_mismatch", 460, "The chunk does not match its checksum"


# --- unusable images --------------------------------------------------------------------------------


class ImageError(VignetteError):
    """An image that can't be processed. Consumers record it as the photo's outcome; a retry can't help."""

    code, status, title = "decode_failed", 422, "The image can't be decoded"


class NotAnImage(ImageError):
    code, title = "not_an_image", "The file is not an image"


class TooManyPixels(ImageError):
    code, title = "too_many_pixels", "The image has too many pixels"


class TruncatedImage(ImageError):
    code, title = "truncated_image", "The image file is incomplete"


class DecodeTimedOut(ImageError):
    code, title = "timed_out", "Decoding the image took too long"


class UnsupportedMediaType(ImageError):
    code, status, title = "unsupported_media_type", 415, "The file type is not supported"


# --- authentication, permissions and state ----------------------------------------------------------


class AuthenticationRequired(VignetteError):
    code, status, title = "authentication_required", 401, "Authentication is required"


class BadCredentials(VignetteError):
    code, status, title = "bad_credentials", 401, "The username or password is incorrect"


class PasswordRequired(VignetteError):
    """A share link needs its password. Signing in, which `AuthenticationRequired` asks for, does not help."""

    code, status, title = "password_required", 401, "This link requires a password"


class WrongPassword(PasswordRequired):
    code, title = "wrong_password", "The link's password is incorrect"


class Forbidden(VignetteError):
    code, status, title = "forbidden", 403, "You don't have permission to do this"


class MissingScope(Forbidden):
    code, title = "missing_scope", "The API key lacks the required scope"


class AccountSuspended(Forbidden):
    code, title = "account_suspended", "This account is suspended"


class BadOrigin(Forbidden):
    code, title = "bad_origin", "The request's origin is not allowed"


class NotFound(VignetteError):
    """The resource does not exist, or the caller may not see it.

    One answer for both: a 403 would reveal that a private photo exists.
    """

    code, status, title = "not_found", 404, "The resource was not found"


class LinkExpired(VignetteError):
    code, status, title = "link_expired", 410, "This link has expired"


class MethodNotAllowed(VignetteError):
    code, status, title = "method_not_allowed", 405, "The method is not allowed for this URL"


class Conflict(VignetteError):
    code, status, title = "conflict", 409, "The request conflicts with the current state"


class UsernameTaken(Conflict):
    code, title = "username_taken", "This username is already taken"


class EmailTaken(Conflict):
    code, title = "email_taken", "This e-mail address is already in use"


class LastAdmin(Conflict):
    code, title = "last_admin", "The site needs at least one admin"


class AlbumFull(Conflict):
    code, title = "album_full", "The album is full"


class TooManyAlbums(Conflict):
    code, title = "too_many_albums", "You have reached the limit on albums"


class TooManyTags(Conflict):
    code, title = "too_many_tags", "The photo has reached the limit on tags"


class TooManyFollows(Conflict):
    code, title = "too_many_follows", "You have reached the limit on follows"


class TooManyLinks(Conflict):
    code, title = "too_many_links", "The album has reached the limit on share links"


class VersionTaken(Conflict):
    code, title = "version_taken", "The model version already exists"


class ProductionMoved(Conflict):
    """Another promotion won: the version that a candidate was compared with is no longer in production."""

    code, title = "production_moved", "The version in production has changed"


# --- the service's own failures ---------------------------------------------------------------------


class StorageFull(VignetteError):
    code, status, title = "storage_full", 507, "The storage is full"


class StorageError(VignetteError):
    code, status, title = "storage_unavailable", 503, "The storage is unavailable"


class BlobMissing(StorageError):
    code, status, title = "blob_missing", 404, "The stored file is missing"


class BrokerUnavailable(VignetteError):
    code, status, title = "broker_unavailable", 503, "The message broker is unavailable"


class ServiceUnavailable(VignetteError):
    code, status, title = "service_unavailable", 503, "Part of the site is unavailable"


class TaggerBusy(VignetteError):
    code, status, title = "tagger_busy", 503, "The tagger is busy"


class TaggerUnavailable(VignetteError):
    code, status, title = "tagger_unavailable", 503, "The tagger did not answer"


class ModelError(VignetteError):
    """The model is unusable. Nothing falls back to another model: wrong tags are worse than none."""

    code, status, title = "model_error", 503, "The model can't be used"


class ModelMissing(ModelError):
    code, title = "model_missing", "No model is published"


class ModelDamaged(ModelError):
    code, title = "model_damaged", "The model's files are damaged"


class SettingsError(VignetteError):
    code, title = "bad_settings", "A setting is invalid"
