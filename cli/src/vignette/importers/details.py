"""What a sidecar says of a photo, and the plan of an import."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from vignette.files import Source
from vignette.labels import fit_labels
from vignette.uploads.transfer import Upload

MAX_TITLE = 200
MAX_DESCRIPTION = 5000


class SidecarTrouble(ValueError):
    """A sidecar that can't be read; its photo is imported without it."""


@dataclass(frozen=True)
class Details:
    """`keywords` and `people` as written there. Date, place and rating are only known to be there:
    the API takes them from the photo's own EXIF, and from nothing else."""

    title: str = ""
    description: str = ""
    keywords: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    dated: bool = False
    placed: bool = False
    rated: bool = False
    trashed: bool = False

    def over(self, other: "Details") -> "Details":
        """Fill what is missing here from `other`."""
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
    """What an import will send, and what it can't or won't."""

    uploads: list[Upload] = field(default_factory=list)
    with_sidecar: int = 0
    dated: int = 0
    placed: int = 0
    rated: int = 0
    trashed: int = 0
    cut: int = 0
    """photos of which a title, a description or tags were cut to what the API takes"""
    left_aside: Counter[str] = field(default_factory=Counter)
    troubles: list[str] = field(default_factory=list)

    def add(
        self,
        source: Source,
        details: Details | None,
        *,
        albums: Iterable[str] = (),
        visibility: str | None = None,
        people: bool = False,
    ) -> None:
        """Take one photo in, with what is known of it; trashed ones are counted alone."""
        known = details or Details()
        if known.trashed:
            self.trashed += 1
            return
        self.with_sidecar += details is not None
        self.dated += known.dated
        self.placed += known.placed
        self.rated += known.rated
        wanted = known.keywords + (known.people if people else ())
        tags = fit_labels(wanted)
        upload = Upload(
            source,
            title=known.title[:MAX_TITLE].strip(),
            description=known.description[:MAX_DESCRIPTION].strip(),
            tags=tags,
            visibility=visibility,
            albums=tuple(dict.fromkeys(albums)),
        )
        changed = {" ".join(keyword.lower().split()) for keyword in wanted} != set(tags)
        self.cut += changed or len(known.title) > MAX_TITLE or len(known.description) > MAX_DESCRIPTION
        self.uploads.append(upload)
