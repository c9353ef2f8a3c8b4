"""Labels with the number of photos that have them."""

from unicodedata import normalize

from photos.kernel.cursors import damaged, read_cursor, write_cursor
from photos.kernel.presenting import present_all
from photos.kernel.services import Services
from photos.search.photo_lists import require_own
from photos.search.repository.photo_lists import FeedQuery
from vignette_shared.contracts.api import Page, Suggestion, TagCount


def list_labels(services: Services, query: FeedQuery, cursor: str | None) -> Page[TagCount]:
    """Count the photos of a query by label, each label with its newest photo as cover.

    Raises:
        AuthenticationRequired: an anonymous caller searches for their own photos.
    """
    require_own(query)
    viewer_id, limit = query.viewer_id, query.limit
    after = _read_count(cursor) if cursor else None
    with services.database.read() as db:
        counts = db.labels.counts(query, after, limit + 1)
        labels = counts[:limit]
        covers = db.feed.by_id([label.newest_photo_id for label in labels])
        shown = {photo.id: photo for photo in present_all(db, list(covers.values()), viewer_id)}
    items = [
        TagCount(label=label.label, count=label.count, cover=shown.get(label.newest_photo_id))
        for label in labels
    ]
    more = len(counts) > limit
    return Page(items=items, next_cursor=write_cursor([labels[-1].count, labels[-1].label]) if more else None)


def suggest_labels(services: Services, viewer_id: str | None, prefix: str, limit: int) -> Page[Suggestion]:
    """Return labels that start with `prefix` and that the viewer may see, most frequent first."""
    # Like `normalise_label`, except for trailing spaces: the user is still typing.
    beginning = normalize("NFKC", prefix).lstrip().lower()
    if "\0" in beginning:
        return Page(items=[])
    with services.database.read() as db:
        counts = db.labels.counts(FeedQuery(viewer_id=viewer_id), None, limit, beginning)
    return Page(items=[Suggestion(label=label.label, count=label.count) for label in counts])


def _read_count(cursor: str) -> tuple[int, str]:
    count, label = read_cursor(cursor)
    if not isinstance(count, int) or not 0 < count < 2**31 or not isinstance(label, str) or "\0" in label:
        raise damaged()
    return count, label
