"""Find files that are added to a folder.

The folder is scanned every two seconds rather than watched with inotify: network shares and most container
mounts deliver no inotify events, and scanning 50,000 files takes 0.2 s. The pause grows with the scan, which
therefore takes at most a tenth of the time.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from vignette.files import FileSource, scan

PAUSE_S = 2.0


@dataclass
class Watch:
    """Yields new and changed files once they have stopped growing."""

    paths: Sequence[Path]
    reported: dict[Path, tuple[int, int]] = field(default_factory=dict)
    """Size and modification time of files that were yielded already."""
    growing: dict[Path, tuple[int, int]] = field(default_factory=dict)

    def scan(self) -> list[FileSource]:
        """Return the files that are unchanged since the last scan and not reported yet."""
        ready: list[FileSource] = []
        growing: dict[Path, tuple[int, int]] = {}
        for file in scan(self.paths).files:
            state = (file.size, file.modified_ns)
            if self.reported.get(file.path) == state:
                continue
            # An empty file has only been created and is about to be written.
            if self.growing.get(file.path) == state and file.size:
                self.reported[file.path] = state
                ready.append(file)
            else:
                growing[file.path] = state
        self.growing = growing
        return ready

    def batches(self, sleep: Callable[[float], None]) -> Iterator[list[FileSource]]:
        """Scan until `sleep` raises."""
        while True:
            started = time.monotonic()
            if ready := self.scan():
                yield ready
            sleep(max(PAUSE_S, 9 * (time.monotonic() - started)))
