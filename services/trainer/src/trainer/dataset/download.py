"""MIRFLICKR-25K from its own site, or from wherever one keeps it."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from trainer.dataset.files import IMAGES_ZIP
from trainer.dataset.readers.mirflickr import ANNOTATIONS_ZIP
from trainer.dataset.unpacking import damage_of, unpack
from trainer.errors import DatasetError, DownloadFailed
from trainer.support.fetching import Expected, fetch
from trainer.support.progress import Transfer

SITE = "https://press.liacs.nl/mirflickr/mirflickr25k.v3b"
IMAGES_URL = f"{SITE}/{IMAGES_ZIP}"
ANNOTATIONS_URL = f"{SITE}/{ANNOTATIONS_ZIP}"
PUBLISHED = {IMAGES_URL: Expected(size=3_069_184_257, md5="a23d0a8564ee84cda5622a6c2f947785")}
"""What the site says of its files."""

Shown = Callable[[str], AbstractContextManager[Transfer]]
"""Opens a bar of that name."""


@dataclass(frozen=True, slots=True)
class Source:
    """An archive: where it is, what it is called here, and which folder it is unpacked to."""

    url: str
    name: str
    folder: str
    expected: Expected


def sources(images_url: str = IMAGES_URL, annotations_url: str = ANNOTATIONS_URL) -> tuple[Source, Source]:
    """Return the two archives; of an address that isn't the site's own nothing is known beforehand."""
    unknown = Expected()
    return (
        Source(images_url, IMAGES_ZIP, ".", PUBLISHED.get(images_url, unknown)),
        Source(annotations_url, ANNOTATIONS_ZIP, "annotations", PUBLISHED.get(annotations_url, unknown)),
    )


def download(
    folder: Path,
    archives: tuple[Source, ...],
    *,
    unpacked: bool = True,
    shown: Shown = lambda _name: nullcontext(lambda _done, _total: None),
) -> dict[str, int]:
    """Bring the archives to `folder`, read each to its end, and unpack them beside it if asked.

    What is there already stays. Returns the files that were unpacked now, by archive.

    Raises:
        DownloadFailed: an archive does not come, or comes damaged; it is removed then.
        DatasetError: an archive that was there is damaged, or its entries point outside the folder.
        StorageFull: there is no room for an archive or for what is in it.
    """
    done: dict[str, int] = {}
    for source in archives:
        target = folder / source.name
        with shown(source.name) as progress:
            fresh = fetch(source.url, target, expected=source.expected, progress=progress)
        with shown(f"check {source.name}") as progress:
            damage = damage_of(target, progress)
        if damage and fresh:
            target.unlink()
            raise DownloadFailed(
                f"{source.url} came whole but is damaged ({damage}): it was removed, try again."
            )
        if damage:
            raise DatasetError(f"{target} is damaged ({damage}): remove it and download it again.")
        if unpacked:
            with shown(f"unpack {source.name}") as progress:
                done[source.name] = unpack(target, folder / source.folder, progress)
    return done
