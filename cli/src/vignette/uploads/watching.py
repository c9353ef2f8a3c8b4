"""A folder that goes on being looked at.

By looking every two seconds, not by the system's notices: those don't come from network shares and most
container mounts, and are needed anyway only to save a walk that takes 0.2 s for 50,000 files. The pause grows
with the walk, so that looking never takes more than a tenth of the time.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from vignette.files import FileSource, scan

PAUSE_S = 2.0


@dataclass
class Watch:
    """Tells of files that are new or changed, once they have stopped growing."""

    paths: Sequence[Path]
    known: dict[Path, tuple[int, int]] = field(default_factory=dict)
    """Size and time of change of what was told already."""
    growing: dict[Path, tuple[int, int]] = field(default_factory=dict)

    def look(self) -> list[FileSource]:
        """Return those that are as they were at the last look, and not told yet."""
        ready: list[FileSource] = []
        growing: dict[Path, tuple[int, int]] = {}
        for file in scan(self.paths).files:
            state = (file.size, file.modified_ns)
            if self.known.get(file.path) == state:
                continue
            if self.growing.get(file.path) == state and file.size:
                self.known[file.path] = state
                ready.append(file)
            else:
                growing[file.path] = state
        self.growing = growing
        return ready

    def looks(self, rest: Callable[[float], None]) -> Iterator[list[FileSource]]:
        """Look for ever; `rest` sleeps, and ends it by raising."""
        while True:
            begun = time.monotonic()
            if ready := self.look():
                yield ready
            rest(max(PAUSE_S, 9 * (time.monotonic() - begun)))
