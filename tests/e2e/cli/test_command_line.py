"""The `vignette` command against the real stack."""

import hashlib
import json
import os
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from PIL import Image
from tests.support.patience import COMMAND_S
from tests.support.pictures import make_jpeg
from tests.support.stack.site import PASSWORD, Account, Site
from tests.support.waiting import until

pytestmark = pytest.mark.e2e
COMMAND = Path(sys.executable).with_name("vignette")


@dataclass(frozen=True)
class Shell:
    """A shell signed in by `vignette login`."""

    home: Path
    account: Account

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("VGN_", "XDG_"))}
        return {**kept, "HOME": str(self.home)}

    def run(self, *arguments: str | Path, stdin: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [COMMAND, *arguments],
            env=self.environment,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=COMMAND_S,
            check=False,
        )

    def own_photos(self) -> list[dict[str, object]]:
        answer = self.account.client.get("/photos", params={"user": self.account.username, "limit": 200})
        items: list[dict[str, object]] = answer.json()["items"]
        return items


@pytest.fixture
def shell(site: Site, tmp_path: Path, request: pytest.FixtureRequest) -> Shell:
    """A new account for each test, so that counts are exact."""
    username = f"cli.{hashlib.sha256(request.node.name.encode()).hexdigest()[:12]}"
    home = tmp_path / "home"
    home.mkdir()
    made = Shell(home, site.sign_up(username))
    done = made.run(
        "login", "--server", site.address, "--username", username, "--password-stdin", stdin=PASSWORD
    )
    assert done.returncode == 0, done.stderr
    return made


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three photos, a copy of one, and a truncated one."""
    made = tmp_path / "holiday"
    made.mkdir()
    for number in range(3):
        (made / f"beach {number}.jpg").write_bytes(make_jpeg(800, 600, number * 11))
    (made / "copy.jpg").write_bytes((made / "beach 0.jpg").read_bytes())
    (made / "broken.jpg").write_bytes(make_jpeg(800, 600, 50)[:5000])
    return made


def test_folder_is_uploaded_searched_and_downloaded(shell: Shell, folder: Path, tmp_path: Path) -> None:
    done = shell.run("upload", folder, "--album", "Holiday", "--tags", "seaside", "--visibility", "private")
    assert done.returncode == 1
    assert "3 photos uploaded" in done.stdout
    assert "[truncated_image]" in done.stderr
    again = shell.run("upload", folder, "--json")
    results = [json.loads(line) for line in again.stdout.splitlines()]
    assert sorted(result["status"] for result in results) == ["failed"] + ["skipped"] * 4

    ids = {str(photo["id"]) for photo in shell.own_photos()}
    assert len(ids) == 3
    for photo_id in ids:
        shell.account.wait_until_done(photo_id)
    # Private: only `user:` includes the caller's own.
    query = f"seaside user:{shell.account.username}"
    found = {line.split("\t")[0] for line in shell.run("search", query).stdout.splitlines()}
    assert found == ids
    assert shell.run("search", f"-{query}").stdout == ""
    bad = shell.run("search", "(seaside")
    assert (bad.returncode, "[bad_query]" in bad.stderr) == (2, True)

    out = tmp_path / "out"
    (album,) = shell.run("albums").stdout.splitlines()
    assert album.split("\t")[1:] == ["3", "private", "Holiday"]
    done = shell.run("download", "--album", album.split("\t")[0], "--out", out)
    assert done.returncode == 0, done.stderr
    wanted = {hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.glob("beach*.jpg")}
    assert {hashlib.sha256(path.read_bytes()).hexdigest() for path in out.iterdir()} == wanted

    link = shell.run("albums", "share", album.split("\t")[0], "--expires", "1d")
    assert link.returncode == 0, link.stderr
    token = link.stdout.strip().rsplit("/", 1)[-1]
    with httpx.Client(base_url=shell.account.client.base_url) as visitor:
        assert visitor.get(f"/s/{token}").json()["title"] == "Holiday"


def test_tag_command_and_admin_statistics(site: Site, shell: Shell, folder: Path) -> None:
    done = shell.run("tag", folder / "beach 0.jpg", folder / "broken.jpg", "--top", "24", "--json")
    good, bad = map(json.loads, done.stdout.splitlines())
    assert len(good["tags"]) == 24
    assert bad["error"]["code"] == "truncated_image"
    assert shell.own_photos() == []

    refused = shell.run("admin", "stats")
    assert (refused.returncode, "[forbidden]" in refused.stderr) == (2, True)
    admin = Shell(shell.home, site.sign_up("admin"))
    arguments = ("--server", site.address, "--username", "admin", "--password-stdin")
    assert admin.run("login", *arguments, stdin=PASSWORD).returncode == 0
    figures = json.loads(admin.run("admin", "stats", "--json").stdout)
    assert figures["ready"]["status"] == "ready"
    assert "tagger.tag" in {queue["name"] for queue in figures["queues"]}
    assert any("production" in model["aliases"] for model in figures["models"])


def test_takeout_import_keeps_metadata(shell: Shell, tmp_path: Path) -> None:
    data = make_jpeg(640, 480, 21)
    sidecar = {
        "title": "IMG_1.jpg",
        "description": "Am See, früh",
        "photoTakenTime": {"timestamp": "1557000000"},
    }
    with zipfile.ZipFile(tmp_path / "takeout.zip", "w") as archive:
        root = "Takeout/Google Photos"
        archive.writestr(f"{root}/Photos from 2019/IMG_1.jpg", data)
        archive.writestr(f"{root}/Photos from 2019/IMG_1.jpg.supplemental-meta.json", json.dumps(sidecar))
        archive.writestr(f"{root}/Norway 2019/IMG_1.jpg", data)
        archive.writestr(f"{root}/Norway 2019/metadata.json", json.dumps({"title": "Norway 2019"}))
    for _ in range(2):
        done = shell.run("import", "takeout", tmp_path / "takeout.zip")
        assert done.returncode == 0, done.stderr
    (photo,) = shell.own_photos()
    assert (photo["description"], photo["visibility"]) == ("Am See, früh", "private")
    (album,) = shell.run("albums").stdout.splitlines()
    assert album.split("\t")[1:] == ["1", "private", "Norway 2019"]


@pytest.mark.reliability
def test_killed_upload_resumes(shell: Shell, tmp_path: Path) -> None:
    """Wherever the kill happens, the photo is stored once, byte for byte."""
    side = 3600
    path = tmp_path / "big.png"
    Image.frombytes("RGB", (side, side), os.urandom(side * side * 3)).save(path, compress_level=0)
    with subprocess.Popen([COMMAND, "upload", path], env=shell.environment) as killed:
        journal = shell.home / ".local/state/vignette/journal.db"
        for _ in until(pause_s=0.01):
            if journal.exists() and b"/api/v1/uploads/" in _wal(journal):
                break
        killed.kill()
    done = shell.run("upload", path, "--json")
    result = json.loads(done.stdout)
    assert result["status"] in ("uploaded", "skipped"), result
    (photo,) = shell.own_photos()
    assert photo["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()


def _wal(journal: Path) -> bytes:
    """Return SQLite's recent writes, which contain the upload's URL as soon as it is known."""
    log = journal.with_name(f"{journal.name}-wal")
    return log.read_bytes() if log.exists() else b""
