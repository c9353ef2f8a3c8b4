"""The dataset commands, from a download to TFRecord shards."""

import io
import json
import os
import signal
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pytest
from tests.support.file_server import FileServer, serving
from tests.support.patience import COMMAND_S, WAIT_S
from tests.support.pictures import make_jpeg
from tests.support.waiting import wait_until

from trainer.backbone.pretraining.config import PretrainConfig
from trainer.backbone.pretraining.material import store_pixels
from trainer.dataset import ANNOTATIONS_ZIP, IMAGES_ZIP, Dataset, open_dataset, read_mirflickr
from trainer.dataset.download import Source, download, sources
from trainer.dataset.inspection import inspect_images
from trainer.dataset.statistics import describe
from trainer.dataset.tfrecords import read_shards, write_shards
from trainer.dataset.unpacking import unpack
from trainer.errors import DatasetError, DownloadFailed
from trainer.support.download import ATTEMPTS, Expected
from vignette_shared.errors import StorageFull

from .conftest import fill_up, patchwork

IMAGES = 40


def zipped(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in members.items():
            archive.writestr(name, body)
    return buffer.getvalue()


def images_zip() -> bytes:
    return zipped(
        {f"mirflickr/im{i}.jpg": patchwork(i) for i in range(1, IMAGES + 1)}
        | {"mirflickr/doc/readme.txt": b"not an image"}
    )


def annotations_zip() -> bytes:
    even = " ".join(str(i) for i in range(2, IMAGES + 1, 2))
    third = " ".join(str(i) for i in range(3, IMAGES + 1, 3))
    return zipped({"even.txt": even.encode(), "third.txt": third.encode(), "even_r1.txt": b"2 4"})


@pytest.fixture
def site() -> Iterator[tuple[FileServer, FileServer]]:
    with ExitStack() as stack:
        yield (
            stack.enter_context(serving(FileServer(images_zip()))),
            stack.enter_context(serving(FileServer(annotations_zip()))),
        )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A dataset as `download` leaves it, without the download."""
    (tmp_path / IMAGES_ZIP).write_bytes(images_zip())
    (tmp_path / ANNOTATIONS_ZIP).write_bytes(annotations_zip())
    return tmp_path


def archives(site: tuple[FileServer, FileServer]) -> tuple[Source, Source]:
    return sources(*(server.url for server in site))


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "trainer.cli", "dataset", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        timeout=COMMAND_S,
    )


def test_archives_are_downloaded_over_broken_connections_and_unpacked_once(
    site: tuple[FileServer, FileServer], tmp_path: Path
) -> None:
    site[0].breaks_after = [5_000, 9_000]
    done = download(tmp_path, archives(site))
    assert done == {IMAGES_ZIP: IMAGES + 1, ANNOTATIONS_ZIP: 3}
    assert (tmp_path / "mirflickr" / "im7.jpg").read_bytes() == patchwork(7)
    assert (tmp_path / "annotations" / "even_r1.txt").read_text() == "2 4"
    asked = len(site[0].asked)
    assert download(tmp_path, archives(site)) == {IMAGES_ZIP: 0, ANNOTATIONS_ZIP: 0}
    assert len(site[0].asked) == asked
    assert len(open_dataset(tmp_path).names) == IMAGES


@pytest.mark.parametrize("damage", ["a flipped bit", "cut off", "an error page"])
def test_damaged_archive_is_removed_and_can_be_downloaded_again(
    site: tuple[FileServer, FileServer], tmp_path: Path, damage: str
) -> None:
    good = site[0].body
    site[0].body = {
        "a flipped bit": good[:300] + bytes([good[300] ^ 0xFF]) + good[301:],
        "cut off": good[:-60],
        "an error page": b"<html>Sorry</html>",
    }[damage]
    with pytest.raises(DownloadFailed, match="was downloaded completely but is damaged"):
        download(tmp_path, archives(site))
    assert not list(tmp_path.iterdir())
    site[0].body = good
    assert download(tmp_path, archives(site), unpacked=False) == {}


def test_damaged_local_archive_is_not_removed(site: tuple[FileServer, FileServer], tmp_path: Path) -> None:
    (tmp_path / IMAGES_ZIP).write_bytes(b"mine")
    with pytest.raises(DatasetError, match="remove it and download it again"):
        download(tmp_path, archives(site))
    assert (tmp_path / IMAGES_ZIP).read_bytes() == b"mine"


def test_file_other_than_the_published_one_is_rejected(
    site: tuple[FileServer, FileServer], tmp_path: Path
) -> None:
    source = Source(site[0].url, IMAGES_ZIP, ".", Expected(md5="0" * 32))
    with pytest.raises(DownloadFailed, match="MD5"):
        download(tmp_path, (source,))
    assert not (tmp_path / IMAGES_ZIP).exists()


def test_statistics_list_every_kind_of_problem(folder: Path) -> None:
    first, second = make_jpeg(320, 240), make_jpeg(320, 240, shift=33)
    bodies = {"a.jpg": first, "same.jpg": first, "smaller.jpg": make_jpeg(160, 120), "b.jpg": second}
    bodies |= {"cut.jpg": first[: len(first) // 2], "text.jpg": b"hello"}
    targets = np.array([[1, 0], [0, 1], [1, 0], [1, 1], [1, 0], [0, 0]], np.bool_)
    splits = ("train", "test", "test", "train", "train", "validation")
    dataset = Dataset(tuple(bodies), ("x", "y"), targets, bodies.__getitem__, splits=splits)
    figures = describe(dataset, inspect_images(dataset)).as_json()
    assert [entry["image"] for entry in figures["unreadable"]] == ["cut.jpg", "text.jpg"]
    assert (figures["exact_duplicates"], figures["contradictory"]) == (1, 1)
    assert figures["splits"]["same_bytes"] == {"count": 1, "listed": [["a.jpg", "same.jpg"]]}
    assert ["a.jpg", "smaller.jpg"] in figures["splits"]["look_alike"]["listed"]
    assert figures["without_labels"] == 1
    assert figures["co_occurrence"] == [[4, 1], [1, 2]]
    del folder


def test_shards_hold_the_dataset_under_the_original_names(folder: Path, tmp_path: Path) -> None:
    dataset = read_mirflickr(folder)
    splits = tuple("test" if row % 5 == 0 else "validation" if row == 1 else "train" for row in range(IMAGES))
    dataset = Dataset(dataset.names, dataset.labels, dataset.targets, dataset.read, splits=splits)
    written = write_shards(dataset, tmp_path / "tfr")
    assert sorted(path.name for path in written) == sorted(
        path.name
        for pattern in ("train-???-008.tfr", "test-???-004.tfr", "val-???-001.tfr")
        for path in (tmp_path / "tfr").glob(pattern)
    )
    assert len(written) == 9 + 5 + 2
    assert (tmp_path / "tfr" / "word_counts.txt").read_text().split() == ["even", "20", "third", "13"]
    records = {record.filename: record for record in read_shards(tmp_path / "tfr", "train")}
    assert len(records) == splits.count("train")
    assert records["im12.jpg"].labels == ("even", "third")
    assert (records["im9.jpg"].ids, records["im9.jpg"].marks) == ((1,), (0, 1))
    shard = tmp_path / "tfr" / "train-000-008.tfr"
    shard.write_bytes(shard.read_bytes()[:-3])
    with pytest.raises(DatasetError, match="damaged"):
        list(read_shards(tmp_path / "tfr", "train"))
    shard.unlink()
    with pytest.raises(DatasetError, match="is missing"):
        list(read_shards(tmp_path / "tfr", "train"))


def test_dataset_commands_work_from_download_to_shards(
    site: tuple[FileServer, FileServer], tmp_path: Path
) -> None:
    data, registry = tmp_path / "data", tmp_path / "registry"
    addresses = ("--images-url", site[0].url, "--annotations-url", site[1].url)
    done = run("download", data, *addresses, "--no-unpack", "--json")
    assert json.loads(done.stdout) == {"folder": str(data), "unpacked": {}}, done.stderr
    done = run("annotations", data, "--json")
    assert json.loads(done.stdout)["images"] == IMAGES, done.stderr
    done = run("split", data, "--registry", registry, "--json")
    frozen = json.loads(done.stdout)
    assert (frozen["test"], frozen["skipped"]) == (8, 0), done.stderr
    done = run("stats", data, "--snapshot", "latest", "--registry", registry, "--json")
    assert json.loads(done.stdout)["splits"]["images"]["test"] == 8, done.stderr
    done = run("stats", data)
    assert "third" in done.stdout, done.stderr
    done = run("tfrecords", data, "--out", tmp_path / "tfr", "--registry", registry, "--json")
    assert json.loads(done.stdout)["records"]["test"] == 8, done.stderr


@pytest.mark.parametrize(("end", "status"), [(signal.SIGINT, 130), (signal.SIGKILL, -signal.SIGKILL)])
def test_interrupted_download_resumes(
    site: tuple[FileServer, FileServer], tmp_path: Path, end: signal.Signals, status: int
) -> None:
    images = site[0]
    images.pause_after = 8_000
    addresses = ("--images-url", images.url, "--annotations-url", site[1].url, "--no-unpack")
    part = tmp_path / f"{IMAGES_ZIP}.part"
    with subprocess.Popen(
        [sys.executable, "-m", "trainer.cli", "dataset", "download", str(tmp_path), *addresses],
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        wait_until(lambda: part.is_file() and part.stat().st_size > 0, "the download's first bytes")
        process.send_signal(end)
        said = process.communicate(timeout=WAIT_S)[1]
        assert process.returncode == status
        assert "Traceback" not in said
    kept = part.stat().st_size
    images.pause_after = None
    images.resumed.set()
    download(tmp_path, archives(site), unpacked=False)
    assert images.asked[-1] == f"bytes={kept}-"
    assert (tmp_path / IMAGES_ZIP).read_bytes() == images.body


def test_full_disk_during_download_prints_one_line_and_exits_2(
    site: tuple[FileServer, FileServer], small_disk: Path
) -> None:
    images, part, filler = site[0], small_disk / f"{IMAGES_ZIP}.part", small_disk / "filler"
    images.body += os.urandom(400_000)
    images.pause_after = 20_000
    command = [sys.executable, "-m", "trainer.cli", "dataset", "download", str(small_disk)]
    with subprocess.Popen(
        [*command, "--images-url", images.url], stderr=subprocess.PIPE, text=True
    ) as process:
        wait_until(lambda: part.is_file() and part.stat().st_size > 0, "the download's first bytes")
        fill_up(filler)
        images.resumed.set()
        said = process.communicate(timeout=WAIT_S)[1]
    assert process.returncode == 2
    assert "The disk is full at" in said.splitlines()[-1]
    assert "Traceback" not in said
    assert not (small_disk / IMAGES_ZIP).exists()


def test_full_disk_during_unpacking_leaves_complete_files(small_disk: Path, tmp_path: Path) -> None:
    bodies = {f"{i}.jpg": os.urandom(20_000) for i in range(20)}
    archive, filler = tmp_path / "a.zip", small_disk / "filler"
    archive.write_bytes(zipped(bodies))

    def fill(_done: int, _total: int | None) -> None:
        if not filler.exists():
            fill_up(filler)

    with pytest.raises(StorageFull, match="disk is full: free some space to unpack"):
        unpack(archive, small_disk, fill)
    found = {path.name: path.read_bytes() for path in small_disk.iterdir() if path != filler}
    assert 1 <= len(found) < 20
    assert found.items() <= bodies.items()
    filler.unlink()
    assert unpack(archive, small_disk) == 20 - len(found)


def test_full_disk_stops_pretraining_before_writing_pixels(small_disk: Path) -> None:
    """Pixels are written through a map: there a full disk would be a signal that ends the process."""
    body, names = make_jpeg(64, 48), tuple(str(i) for i in range(2600))
    dataset = Dataset(names, ("x",), np.ones((2600, 1), np.bool_), lambda _: body)
    with pytest.raises(StorageFull, match="no room for"):
        store_pixels(dataset, PretrainConfig(input_side=96), small_disk / "pixels.npy")
    assert list(small_disk.iterdir()) == []


def test_errors_print_one_line_and_exit_2(site: tuple[FileServer, FileServer], tmp_path: Path) -> None:
    site[0].statuses = [404] * ATTEMPTS
    done = run("download", tmp_path, "--images-url", site[0].url)
    assert (done.returncode, done.stdout) == (2, "")
    assert "returned 404" in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr
    done = run("split", tmp_path, "--registry", tmp_path / "registry")
    assert done.returncode == 2
    assert "holds no dataset" in done.stderr
