"""Download MIRFLICKR-25K from its site or a mirror."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from trainer.dataset.files import IMAGES_ZIP
from trainer.dataset.readers.mirflickr import ANNOTATIONS_ZIP
from trainer.dataset.unpacking import damage_of, unpack
from trainer.errors import DatasetError, DownloadFailed
from trainer.support.download import Expected, fetch
from trainer.support.progress import TransferCallback

SITE = "https://press.liacs.nl/mirflickr/mirflickr25k.v3b"
IMAGES_URL = f"{SITE}/{IMAGES_ZIP}"
ANNOTATIONS_URL = f"{SITE}/{ANNOTATIONS_ZIP}"
# Size and hash as the site publishes them.
PUBLISHED = {IMAGES_URL: Expected(size=3_069_184_257, md5="a23d0a8564ee84cda5622a6c2f947785")}

Shown = Callable[[str], AbstractContextManager[TransferCallback]]
"""Opens a progress bar with a name."""


@dataclass(frozen=True, slots=True)
class Source:
    """An archive: its URL, its local name, and the folder to unpack it to."""

    url: str
    name: str
    folder: str
    expected: Expected


def sources(images_url: str = IMAGES_URL, annotations_url: str = ANNOTATIONS_URL) -> tuple[Source, Source]:
    """Return the two archives; the size and hash of a mirror's files are unknown."""
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
    """Download the archives to `folder`, verify every member, and unpack them if asked.

    Existing archives and files are kept.

    Returns:
        The number of files unpacked by this call, for each archive.

    Raises:
        DownloadFailed: an archive can't be downloaded, or arrived damaged and was removed.
        DatasetError: an existing archive is damaged, or its entries point outside the folder.
        StorageFull: the disk has no room for an archive or its contents.
    """
    done: dict[str, int] = {}
    for source in archives:
        target = folder / source.name
        with shown(source.name) as progress:
            fresh = fetch(source.url, target, expected=source.expected, progress=progress)
        # An existing archive, too: a copy made by hand may be truncated.
        with shown(f"check {source.name}") as progress:
            damage = damage_of(target, progress)
        if damage and fresh:
            target.unlink()
            raise DownloadFailed(
                f"{source.url} was downloaded completely but is damaged ({damage}). It was removed; "
                f"try again."
            )
        if damage:
            raise DatasetError(f"{target} is damaged ({damage}): remove it and download it again.")
        if unpacked:
            with shown(f"unpack {source.name}") as progress:
                done[source.name] = unpack(target, folder / source.folder, progress)
    return done
