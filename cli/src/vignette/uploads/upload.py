"""An upload and its result."""

from collections.abc import Callable
from dataclasses import dataclass

from vignette.files import Source

ProgressCallback = Callable[[int], None]
"""Takes the number of bytes sent; negative when they have to be sent again."""


@dataclass(frozen=True)
class Upload:
    """A source and its metadata. `albums` are titles or ids; no visibility means the account's default."""

    source: Source
    title: str = ""
    description: str = ""
    tags: tuple[str, ...] = ()
    visibility: str | None = None
    albums: tuple[str, ...] = ()

    @property
    def has_metadata(self) -> bool:
        return bool(self.title or self.description or self.tags)

    @property
    def fields(self) -> dict[str, str]:
        """The non-empty form fields of `POST /photos`."""
        fields = {
            "title": self.title,
            "description": self.description,
            "tags": ",".join(self.tags),
            "visibility": self.visibility or "",
        }
        return {name: value for name, value in fields.items() if value}


@dataclass(frozen=True)
class StoredPhoto:
    """`duplicate`: the account already had a photo with these bytes."""

    photo_id: str
    duplicate: bool
