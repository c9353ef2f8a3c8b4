"""The unit of work: `with database.write() as uow:` commits, then publishes its messages and events."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from sqlalchemy import Engine
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import Session

from photos.accounts.repository.account_deletions import AccountDeletionRepository
from photos.accounts.repository.accounts import AccountRepository
from photos.accounts.repository.api_keys import ApiKeyRepository
from photos.accounts.repository.profiles import ProfileRepository
from photos.albums.repository.albums import AlbumRepository
from photos.albums.repository.share_links import ShareLinkRepository
from photos.intake.repository import UploadRepository
from photos.kernel.database import read_sessions, write_sessions
from photos.library.repository import PhotoRepository
from photos.moderation.repository import ModerationRepository
from photos.operations.repository import OperationsRepository
from photos.people.repository.comments import CommentRepository
from photos.people.repository.following import FollowingRepository
from photos.people.repository.social import SocialRepository
from photos.search.repository.label_counts import LabelRepository
from photos.search.repository.photo_lists import FeedRepository
from photos.search.repository.words import WordRepository
from photos.similarity.repository.embeddings import EmbeddingRepository
from photos.similarity.repository.vectors import VectorRepository
from photos.tags.repository import TagRepository
from vignette_shared.contracts.tasks import Payload, TaskSpec
from vignette_shared.errors import BrokerUnavailable, ServiceUnavailable, StorageFull, ValidationFailed
from vignette_shared.events import EventSink, EventType
from vignette_shared.observability.logs import get_logger
from vignette_shared.queue.publisher import Publisher

log = get_logger(__name__)
P = TypeVar("P", bound=Payload)


class Repositories:
    """Every repository, over one transaction."""

    def __init__(self, session: Session) -> None:
        self.accounts = AccountRepository(session)
        self.api_keys = ApiKeyRepository(session)
        self.account_deletions = AccountDeletionRepository(session)
        self.profiles = ProfileRepository(session)
        self.moderation = ModerationRepository(session)
        self.operations = OperationsRepository(session)
        self.photos = PhotoRepository(session)
        self.albums = AlbumRepository(session)
        self.links = ShareLinkRepository(session)
        self.feed = FeedRepository(session)
        self.tags = TagRepository(session)
        self.embeddings = EmbeddingRepository(session)
        self.vectors = VectorRepository(session)
        self.social = SocialRepository(session)
        self.following = FollowingRepository(session)
        self.comments = CommentRepository(session)
        self.uploads = UploadRepository(session)
        self.words = WordRepository(session)
        self.labels = LabelRepository(session)


class UnitOfWork(Repositories):
    """The repositories in a write transaction, with the messages and events to publish after the commit."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.messages: list[tuple[TaskSpec[Any], Payload]] = []
        self.events: list[tuple[str, EventType, dict[str, Any]]] = []

    def enqueue(self, spec: TaskSpec[P], payload: P) -> None:
        """Send a message to its queue after the commit."""
        self.messages.append((spec, payload))

    def emit(self, user_id: str, kind: EventType, data: dict[str, Any]) -> None:
        """Add an event to a user's log after the commit."""
        self.events.append((user_id, kind, data))


class Database:
    """Opens transactions for the use cases; raises `ServiceUnavailable` or `StorageFull`."""

    def __init__(self, engine: Engine, publisher: Publisher, events: EventSink) -> None:
        self.engine = engine
        self._read = read_sessions(engine)
        self._write = write_sessions(engine)
        self._publisher = publisher
        self._events = events

    @contextmanager
    def read(self) -> Iterator[Repositories]:
        with _named_errors(), self._read() as session:
            yield Repositories(session)

    @contextmanager
    def write(self) -> Iterator[UnitOfWork]:
        """Commit when the block ends, then publish; an exception in the block rolls everything back."""
        with _named_errors(), self._write.begin() as session:
            # Begin now: the write lock must be held before the first read of what is about to change.
            session.connection()
            uow = UnitOfWork(session)
            yield uow
        # After the commit: a worker must not get a message about a row that it can't see yet.
        self._publish(uow)

    def _publish(self, uow: UnitOfWork) -> None:
        # A message that can't be sent is not lost: the row records the pending step, and the reconciler
        # enqueues it again (docs/decisions/0007).
        try:
            for spec, payload in uow.messages:
                self._publisher.send(spec, payload)
            for user_id, kind, data in uow.events:
                self._events.append(user_id, kind, data)
        # The data is committed, so the request succeeds; failing it would make the client repeat the change.
        except BrokerUnavailable as error:
            unsent = [spec.name for spec, _ in uow.messages]
            log.warning("publish_failed", messages=unsent, events=len(uow.events), reason=error.detail)


@contextmanager
def _named_errors() -> Iterator[None]:
    try:
        yield
    # SQLAlchemy reports a null character in a text as DataError on Postgres; SQLite accepts it.
    except DataError as error:
        raise ValidationFailed("The text contains a character that can't be stored.") from error
    except (OperationalError, PoolTimeoutError) as error:
        # Neither driver has an exception for a full disk; only the text identifies it.
        if "disk is full" in str(error) or "No space left" in str(error):
            raise StorageFull("The database's disk is full. Free some space, then try again.") from error
        log.error("database_failed", exc_info=error)
        raise ServiceUnavailable("The database does not answer. Try again soon.", retry_after=5) from error
    except IntegrityError as error:
        # A referenced row, such as the caller's account, was deleted during the request.
        log.warning("write_conflict", exc_info=error)
        raise ServiceUnavailable("A concurrent change interfered. Try again.", retry_after=1) from error
    except DBAPIError as error:
        if not error.connection_invalidated:
            raise
        raise ServiceUnavailable("The database connection was lost. Try again.", retry_after=5) from error
