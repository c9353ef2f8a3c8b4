"""The journal, shared by several runs."""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from multiprocessing.synchronize import Barrier
from pathlib import Path

from tests.support.patience import WAIT_S

from vignette.uploads.journal import Journal

# Without a lock around its making, a fifth of the rounds fail.
ROUNDS, RUNS = 30, 4
_together: list[Barrier] = []


def test_concurrent_runs_create_the_journal_once(tmp_path: Path) -> None:
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(RUNS, spawn, _begin, (spawn.Barrier(RUNS),)) as pool:
        for place in range(ROUNDS):
            found = pool.map(_note, [tmp_path / f"{place}.db"] * RUNS, range(RUNS))
            assert list(found) == [f"hash {run}" for run in range(RUNS)]


def _begin(together: Barrier) -> None:
    _together.append(together)


def _note(path: Path, run: int) -> str | None:
    _together[0].wait(WAIT_S)
    journal = Journal.open(path)
    journal.record_sha256(f"file {run}", f"hash {run}")
    found = journal.sha256_of(f"file {run}")
    journal.close()
    return found
