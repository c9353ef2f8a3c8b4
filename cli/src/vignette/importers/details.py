"""The metadata of a sidecar, and the plan of an import."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from vignette.files import Source
from vignette.labels import fit_labels
from vignette.uploads.upload import Upload

MAX_TITLE = 200
MAX_DESCRIPTION = 5000


class SidecarError(ValueError):
    """A sidecar can't be read; its photo is imported without it."""


@dataclass(frozen=True)
class Details:
    """Metadata of one photo, with `keywords` and `people` unchanged.

    `dated`, `placed` and `rated` only record that the sidecar has these values: the API reads dates and
    places from EXIF alone, and has no ratings.
    """

    title: str = ""
    description: str = ""
    keywords: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    dated: bool = False
    placed: bool = False
    rated: bool = False
    trashed: bool = False

    def merged_with(self, other: "Details") -> "Details":
        """Return these details, with missing values from `other`."""
        return Details(
            title=self.title or other.title,
            description=self.description or other.description,
            keywords=tuple(dict.fromkeys(self.keywords + other.keywords)),
            people=tuple(dict.fromkeys(self.people + other.people)),
            dated=self.dated or other.dated,
            placed=self.placed or other.placed,
            rated=self.rated or other.rated,
            trashed=self.trashed or other.trashed,
        )


@dataclass
class Plan:
    """The uploads of an import, and what it leaves out."""

    uploads: list[Upload] = field(default_factory=list)
    with_sidecar: int = 0
    dated: int = 0
    placed: int = 0
    rated: int = 0
    trashed: int = 0
    cut: int = 0
    """photos whose title, description or tags were changed to fit the API's limits"""
    ignored: Counter[str] = field(default_factory=Counter)
    errors: list[str] = field(default_factory=list)

    def add(
        self,
        source: Source,
        details: Details | None,
        *,
        albums: Iterable[str] = (),
        visibility: str | None = None,
        people: bool = False,
    ) -> None:
        """Add one photo with its metadata; only count it if it is in the trash."""
        metadata = details or Details()
        if metadata.trashed:
            self.trashed += 1
            return
        self.with_sidecar += details is not None
        self.dated += metadata.dated
        self.placed += metadata.placed
        self.rated += metadata.rated
        keywords = metadata.keywords + (metadata.people if people else ())
        tags = fit_labels(keywords)
        upload = Upload(
            source,
            title=metadata.title[:MAX_TITLE].strip(),
            description=metadata.description[:MAX_DESCRIPTION].strip(),
            tags=tags,
            visibility=visibility,
            albums=tuple(dict.fromkeys(albums)),
        )
        changed = {" ".join(keyword.lower().split()) for keyword in keywords} != set(tags)
        self.cut += changed or len(metadata.title) > MAX_TITLE or len(metadata.description) > MAX_DESCRIPTION
        self.uploads.append(upload)
