"""Which JSON of a takeout belongs to which photo.

Google's names are lossy: `IMG.jpg` has `IMG.jpg.json`, or `IMG.jpg.supplemental-metadata.json` cut after 46
characters anywhere in that word; `IMG(1).jpg` has `IMG.jpg(1).json`; `IMG-edited.jpg`, in any language, has
that of `IMG.jpg`; some have `IMG.json`.
"""

import re
import unicodedata
from collections.abc import Iterable
from pathlib import PurePosixPath

SUPPLEMENT = ".supplemental-metadata"
LONGEST = 46
"""Characters that Google leaves of a sidecar's name, `.json` not counted; 51 with it."""
SHORTEST_CUT = LONGEST - 6
"""A counter such as `(12)` takes its room from the name."""

_COUNTER = re.compile(r"(.+)\((\d{1,4})\)", re.DOTALL)
_EDITED = (
    "edited|effects|smile|mix|collage|animation|bearbeitet|modifié|modifie|edité|editado|editada|editat|bewerkt|"
    "modificato|edytowane|redigeret|redigerad|redigert|muokattu|düzenlendi|upraveno|szerkesztett|изменено|"
    "編集済み|已编辑|已編輯|수정됨"
)
_EDIT = re.compile(rf"(.+)-(?:{_EDITED})", re.IGNORECASE | re.DOTALL)


class SidecarNames:
    """The sidecars of one folder."""

    def __init__(self, names: Iterable[str]) -> None:
        self.names = tuple(names)
        self._by_stem: dict[tuple[str, str], str] = {}
        for name in self.names:
            stem = unicodedata.normalize("NFC", name)[: -len(".json")]
            # Both readings: `IMG.jpg(1).json` counts; `IMG(1).jpg.json` has the photo's own counter.
            self._by_stem.setdefault(_split(stem), name)
            self._by_stem.setdefault((stem, ""), name)

    def find(self, photo: str) -> str | None:
        """Return the sidecar's name for a photo's name."""
        path = PurePosixPath(photo)
        stem, counter = _split(path.stem)
        if found := self._match(stem + path.suffix, counter) or self._match(photo, ""):
            return found
        edited = _EDIT.fullmatch(stem) or _EDIT.fullmatch(path.stem)
        if edited is None:
            return None
        original, own_counter = _split(edited[1])
        return self._match(original + path.suffix, counter or own_counter)

    def _match(self, name: str, counter: str) -> str | None:
        """Look for the longest beginning of the full name; shorter than the photo's own only where cut."""
        full = name + SUPPLEMENT
        for length in range(len(full), SHORTEST_CUT - 1 if len(name) > SHORTEST_CUT else len(name) - 1, -1):
            if found := self._by_stem.get((full[:length], counter)):
                return found
        return self._by_stem.get((PurePosixPath(name).stem, counter))


def _split(stem: str) -> tuple[str, str]:
    """`IMG(1)` → (`IMG`, `1`); the counter is "" when there is none."""
    match = _COUNTER.fullmatch(stem)
    return (match[1], match[2]) if match else (stem, "")
