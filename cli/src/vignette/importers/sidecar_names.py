"""Find the JSON sidecar of a photo in a takeout.

The names are lossy. The sidecar of `IMG.jpg` is `IMG.jpg.json`, `IMG.json`, or
`IMG.jpg.supplemental-metadata.json` truncated to 46 characters. That of `IMG(1).jpg` is `IMG.jpg(1).json`.
`IMG-edited.jpg`, in any language, shares the sidecar of `IMG.jpg`.
"""

import re
import unicodedata
from collections.abc import Iterable
from pathlib import PurePosixPath

SUPPLEMENT = ".supplemental-metadata"
LONGEST = 46
"""Length in characters to which Google truncates a sidecar's name, without `.json`."""
SHORTEST_CUT = LONGEST - 6
"""A counter such as `(12)` shortens the name further."""

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
            # The name is ambiguous: `(1)` is a counter in `IMG.jpg(1).json`, but part of the photo's name in
            # `IMG(1).jpg.json`.
            self._by_stem.setdefault(_split(stem), name)
            self._by_stem.setdefault((stem, ""), name)

    def find(self, photo: str) -> str | None:
        """Return the sidecar's name for a photo's name."""
        path = PurePosixPath(photo)
        stem, counter = _split(path.stem)
        if sidecar := self._match(stem + path.suffix, counter) or self._match(photo, ""):
            return sidecar
        edited = _EDIT.fullmatch(stem) or _EDIT.fullmatch(path.stem)
        if edited is None:
            return None
        original, own_counter = _split(edited[1])
        return self._match(original + path.suffix, counter or own_counter)

    def _match(self, name: str, counter: str) -> str | None:
        """Find the longest prefix of the full name; one shorter than the photo's name only if truncated."""
        full = name + SUPPLEMENT
        for length in range(len(full), SHORTEST_CUT - 1 if len(name) > SHORTEST_CUT else len(name) - 1, -1):
            if sidecar := self._by_stem.get((full[:length], counter)):
                return sidecar
        return self._by_stem.get((PurePosixPath(name).stem, counter))


def _split(stem: str) -> tuple[str, str]:
    """Split `IMG(1)` into `IMG` and `1`; without a counter, the second is empty."""
    match = _COUNTER.fullmatch(stem)
    return (match[1], match[2]) if match else (stem, "")
