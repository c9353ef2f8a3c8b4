"""Every error that Vignette shows to anyone, in one tree.

`code` is the stable word that clients switch on, `status` the HTTP status, `title` the same for all of
a kind; `detail` says what happened this time and what to do next. Vendors' errors are translated into these
where they enter; `vignette_shared.http.problems` is the one renderer.
"""

from typing import Any, ClassVar


class VignetteError(Exception):
    """Base of all errors with a name.

    Args:
        detail: what happened and what to do next; the title when left out.
        retry_after: seconds after which a repeat makes sense (header `Retry-After`).
        extra: further members of the problem document, such as `position` of a bad query.
    """

    code: ClassVar[str] = "internal_error"
    status: ClassVar[int] = 500
    title: ClassVar[str] = "Something went wrong on our side"

    def __init__(self, detail: str | None = None, *, retry_after: int | None = None, **extra: Any) -> None:
        super().__init__(detail or self.title)
        self.detail = detail or self.title
        self.retry_after = retry_after
        self.extra = extra


# --- the request is wrong -----------------------------------------------------------------------


class BadRequest(VignetteError):
    code, status, title = "bad_request", 400, "The request can't be read"


class BadCursor(BadRequest):
    code, title = "bad_cursor", "The cursor is not one of ours"


class ValidationFailed(VignetteError):
    code, status, title = "validation_failed", 422, "Some fields are not right"


class WeakPassword(ValidationFailed):
    code, title = "weak_password", "The password is too easy to guess"


class IncorrectPassword(ValidationFailed):
    """The password that confirms an act of someone who is signed in; a 401 would say that they are not."""

    code, title = "incorrect_password", "This is not your password"


class BadLabel(ValidationFailed):
    code, title = "bad_label", "The tag is not well-formed"


class BadQuery(ValidationFailed):
    """Carries `position`, from 0 in characters of `q`, and `expected`, in words."""

    code, title = "bad_query", "The search can't be read"


class CannotFollowSelf(ValidationFailed):
    code, title = "cannot_follow_self", "You can't follow yourself"


class CannotBlockSelf(ValidationFailed):
    code, title = "cannot_block_self", "You can't block yourself"


class CannotReportOwn(ValidationFailed):
    code, title = "cannot_report_own", "You can't report a photo of your own"


class ChecksumMismatch(ValidationFailed):
    code, title = "checksum_mismatch", "The bytes that arrived are not the ones announced"


class TooLarge(VignetteError):
    code, status, title = "too_large", 413, "The file is too large"


class RequestTimeout(VignetteError):
    code, status, title = "request_timeout", 408, "The request did not arrive in time"


class QuotaExceeded(TooLarge):
    code, title = "quota_exceeded", "There is no room left for this person's photos"


class RangeNotSatisfiable(VignetteError):
    code, status, title = "range_not_satisfiable", 416, "The file has no such part"


class RateLimited(VignetteError):
    code, status, title = "rate_limited", 429, "Too many requests"


class Stale(VignetteError):
    code, status, title = "stale", 412, "It was changed in the meantime"


# --- a resumable upload (tus 1.0.0) ---------------------------------------------------------------


class UnsupportedTusVersion(VignetteError):
    code, status, title = "unsupported_tus_version", 412, "Uploads are resumed by tus 1.0.0"


class WrongOffset(VignetteError):
    code, status, title = "wrong_offset", 409, "The upload goes on elsewhere"


class UploadExpired(VignetteError):
    code, status, title = "upload_expired", 410, "The time for this upload is over"


class UploadLocked(VignetteError):
    code, status, title = "upload_locked", 423, "Another request is writing to this upload"


class ChunkMismatch(VignetteError):
    """Status and meaning are tus' own."""

    code, status, title = "chunk_mismatch", 460, "The bytes that arrived are not those of the checksum"


# --- the picture is wrong -----------------------------------------------------------------------


class ImageError(VignetteError):
    """A picture that can't be taken; an outcome to record, never to retry."""

    code, status, title = "decode_failed", 422, "The image can't be decoded"


class NotAnImage(ImageError):
    code, title = "not_an_image", "The file is not an image"


class TooManyPixels(ImageError):
    code, title = "too_many_pixels", "The image has too many pixels"


class TruncatedImage(ImageError):
    code, title = "truncated_image", "The image file is cut short"


class DecodeTimedOut(ImageError):
    code, title = "timed_out", "The image takes too long to decode"


class UnsupportedMediaType(ImageError):
    code, status, title = "unsupported_media_type", 415, "This kind of file is not supported"


# --- who is asking ------------------------------------------------------------------------------


class AuthenticationRequired(VignetteError):
    code, status, title = "authentication_required", 401, "Sign in first"


class BadCredentials(VignetteError):
    code, status, title = "bad_credentials", 401, "User name or password is wrong"


class PasswordRequired(VignetteError):
    """Of a share link; unlike `AuthenticationRequired`, an account is no help."""

    code, status, title = "password_required", 401, "This link has a password"


class WrongPassword(PasswordRequired):
    code, title = "wrong_password", "This is not the link's password"


class Forbidden(VignetteError):
    code, status, title = "forbidden", 403, "You may not do this"


class MissingScope(Forbidden):
    code, title = "missing_scope", "The API key lacks the scope for this"


class AccountSuspended(Forbidden):
    code, title = "account_suspended", "This account is suspended"


class BadOrigin(Forbidden):
    code, title = "bad_origin", "The request comes from another site"


class NotFound(VignetteError):
    """Also what someone gets who may not see a thing: the two must not be told apart."""

    code, status, title = "not_found", 404, "There is nothing here"


class LinkExpired(VignetteError):
    code, status, title = "link_expired", 410, "This link has expired"


class MethodNotAllowed(VignetteError):
    code, status, title = "method_not_allowed", 405, "This address does not answer to that method"


class Conflict(VignetteError):
    code, status, title = "conflict", 409, "It clashes with what is there"


class UsernameTaken(Conflict):
    code, title = "username_taken", "This user name is taken"


class EmailTaken(Conflict):
    code, title = "email_taken", "This e-mail address is taken"


class LastAdmin(Conflict):
    code, title = "last_admin", "The site needs an admin"


class AlbumFull(Conflict):
    code, title = "album_full", "The album holds as many photos as it can"


class TooManyAlbums(Conflict):
    code, title = "too_many_albums", "You have as many albums as one can have"


class TooManyTags(Conflict):
    code, title = "too_many_tags", "The photo has as many tags as it can"


class TooManyFollows(Conflict):
    code, title = "too_many_follows", "You follow as many people as one can"


class TooManyLinks(Conflict):
    code, title = "too_many_links", "The album has as many links as it can"


class VersionTaken(Conflict):
    code, title = "version_taken", "The model version exists already"


class ProductionMoved(Conflict):
    """Somebody else was faster: what was compared with is not in production any more."""

    code, title = "production_moved", "Another version came into production"


# --- our own house ------------------------------------------------------------------------------


class StorageFull(VignetteError):
    code, status, title = "storage_full", 507, "The storage is full"


class StorageError(VignetteError):
    code, status, title = "storage_unavailable", 503, "The storage does not answer"


class BlobMissing(StorageError):
    code, status, title = "blob_missing", 404, "There is no such blob"


class BrokerUnavailable(VignetteError):
    code, status, title = "broker_unavailable", 503, "The message broker does not answer"


class ServiceUnavailable(VignetteError):
    code, status, title = "service_unavailable", 503, "Part of the site does not answer"


class TaggerBusy(VignetteError):
    code, status, title = "tagger_busy", 503, "The tagger has its hands full"


class TaggerUnavailable(VignetteError):
    code, status, title = "tagger_unavailable", 503, "No tagger answered"


class ModelError(VignetteError):
    """A model that can't be used; never answered with another, let alone random, one."""

    code, status, title = "model_error", 503, "The model can't be used"


class ModelMissing(ModelError):
    code, title = "model_missing", "No model is published"


class ModelDamaged(ModelError):
    code, title = "model_damaged", "The model's files are damaged"


class SettingsError(VignetteError):
    code, title = "bad_settings", "A setting is wrong"
