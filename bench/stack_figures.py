"""The time that a user waits for tags, compared with the bare work on the same machine."""

import io
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
from PIL import Image
from tests.support.paths import SHARED_DATA
from tests.support.pictures import make_jpeg
from tests.support.stack.events import parse_events
from tests.support.stack.site import Account, Site, running_site
from tests.support.waiting import until

from photos.decoding.jobs import render
from vignette_shared.registry import Registry
from vignette_shared.storage import open_store
from vignette_shared.vision.loading import RuntimeOptions, load_backbone
from vignette_shared.vision.preprocess import load_pixels

RUNS = 15
WARM_UP = 3
TWO_MEGAPIXELS = (1632, 1224)
# Random weights take as long as trained ones, and need no download.
KERAS_BUILD = """
import numpy
from tensorflow.keras.applications import InceptionV3
network = InceptionV3(include_top=False, pooling="avg", weights=None, input_shape=(96, 96, 3))
network(numpy.zeros((1, 96, 96, 3), "float32"))
"""


def measure() -> dict[str, float]:
    """Start a stack and return the figures by key."""
    with tempfile.TemporaryDirectory(prefix="vignette-bench-") as folder:
        state = Path(folder) / "state"
        with running_site(state) as site:
            account = site.sign_up("bench")
            pictures = list(two_megapixel_jpegs(RUNS + WARM_UP))
            waited = [upload_to_tagged(account, picture) for picture in pictures][WARM_UP:]
            bare = bare_work(site, pictures)
            rss = resident_mib(site.pid("tagger-worker"))
            ready = restart_to_first_tag(site, account)
        keras = keras_build_seconds()
    return {
        "upload_to_tags_ratio": statistics.median(waited) / bare,
        "upload_to_tags_p50_ms": statistics.median(waited) * 1000,
        "bare_work_ms": bare * 1000,
        "worker_rss": rss,
        "worker_ready": ready / keras,
        "worker_ready_s": ready,
        "keras_build_s": keras,
    }


def two_megapixel_jpegs(count: int) -> Iterator[bytes]:
    """Yield distinct 2-megapixel images, from a real photo if there is one."""
    source = SHARED_DATA / "photos" / "Canon_EOS_1000D.jpg"
    data = source.read_bytes() if source.exists() else make_jpeg(3200, 2400)
    picture = Image.open(io.BytesIO(data)).convert("RGB").resize(TWO_MEGAPIXELS)
    for number in range(count):
        buffer = io.BytesIO()
        # A comment changes the hash, so no upload counts as a duplicate.
        picture.save(buffer, "JPEG", quality=90, comment=f"{number}".encode())
        yield buffer.getvalue()


def upload_to_tagged(account: Account, picture: bytes) -> float:
    """Return the seconds from the start of POST to the `photo.tagged` event."""
    with account.client.stream("GET", "/events", timeout=httpx.Timeout(10, read=60)) as stream:
        lines = stream.iter_lines()
        # The first line confirms that the stream is open; no later event is missed.
        next(lines)
        started = time.perf_counter()
        answer = account.upload(picture)
        assert answer.status_code == 201, answer.text
        for event in parse_events(lines):
            if event["event"] == "photo.tagged" and event["data"]["photo_id"] == answer.json()["id"]:
                return time.perf_counter() - started
    raise AssertionError("the event stream ended")


def bare_work(site: Site, pictures: list[bytes]) -> float:
    """Return the median seconds to decode, render and embed one image in this process."""
    registry = Registry(open_store(site.layout.registry.as_uri()))
    backbone = load_backbone(registry, registry.production().backbone, RuntimeOptions())
    seconds = []
    with tempfile.TemporaryDirectory() as folder:
        for number, picture in enumerate(pictures):
            source = Path(folder) / f"{number}.jpg"
            source.write_bytes(picture)
            started = time.perf_counter()
            render(str(source), folder, 100_000_000)
            thumb = (Path(folder) / "thumb.jpg").read_bytes()
            backbone.embed(load_pixels(thumb, backbone.spec)[None])
            seconds.append(time.perf_counter() - started)
    return statistics.median(seconds[WARM_UP:])


def restart_to_first_tag(site: Site, account: Account) -> float:
    """Return the seconds from the start of a tagger process to its first tagged photo (median of 5)."""
    seconds = []
    for number in range(5):
        site.control("stop", "tagger-worker")
        photo = account.upload(make_jpeg(640, 480, number)).json()
        for _ in until(30, 0.02):
            if account.photo(photo["id"])["thumbhash"]:
                break
        started = time.perf_counter()
        starter = subprocess.Popen(
            [sys.executable, "-c", START_TAGGER, f"unix://{site.layout.supervisor_socket}"]
        )
        for _ in until(60, 0.02):
            if account.photo(photo["id"])["status"] == "tagged":
                break
        seconds.append(time.perf_counter() - started)
        starter.wait(30)
    return statistics.median(seconds)


START_TAGGER = """
import sys, xmlrpc.client
from supervisor.xmlrpc import SupervisorTransport
transport = SupervisorTransport(None, None, serverurl=sys.argv[1])
proxy = xmlrpc.client.ServerProxy("http://localhost", transport=transport)
proxy.supervisor.startProcess("tagger-worker", False)
"""


def keras_build_seconds() -> float:
    """Return the median seconds to import TensorFlow, build the network with Keras and run it once."""
    seconds = []
    for _ in range(3):
        started = time.perf_counter()
        subprocess.run([sys.executable, "-c", KERAS_BUILD], check=True, capture_output=True)
        seconds.append(time.perf_counter() - started)
    return statistics.median(seconds)


def resident_mib(pid: int) -> float:
    """Return the peak resident memory of a process in MiB."""
    status = Path(f"/proc/{pid}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024
