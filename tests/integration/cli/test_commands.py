"""Commands, their output and their exit status."""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.integration.cli.conftest import COMMAND, Shell
from tests.support.cli.fake_server import TOKEN, Answer, Asked, FakeSite

pytestmark = pytest.mark.integration

SIGNED_OUT: dict[str, str | None] = {"VGN_TOKEN": None, "VGN_SERVER": None}


def assert_one_line_error(done: subprocess.CompletedProcess[str], *parts: str) -> None:
    assert done.returncode == 2, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) == 1, done.stderr
    for part in parts:
        assert part in done.stderr


def test_help_needs_half_a_second_beyond_its_libraries() -> None:
    """Processor seconds, not wall time: other processes on the machine don't count."""
    imports, _ = processor_seconds(sys.executable, "-c", "import typer, rich.console, httpx")
    spent, help_text = processor_seconds(*COMMAND, "--help")
    assert spent < 0.5 + imports
    assert "upload" in help_text


def processor_seconds(*command: str) -> tuple[float, str]:
    before = os.times()
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    after = os.times()
    user, system = after.children_user - before.children_user, after.children_system - before.children_system
    return user + system, done.stdout


def test_no_part_of_the_server_is_imported() -> None:
    heavy = ("fastapi", "starlette", "pydantic", "redis", "celery", "uvicorn", "gateway.app", "numpy", "PIL")
    code = f"import sys, vignette.cli; print([name for name in {heavy!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"


def test_login_whoami_logout(server: FakeSite, shell: Shell) -> None:
    done = shell.run(
        "login", "--server", shell.address, "--username", "anna", "--password-stdin",
        stdin="correct horse battery\n", variables=SIGNED_OUT,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    kept = shell.home / ".config/vignette/credentials.json"
    assert kept.stat().st_mode & 0o777 == 0o600
    assert json.loads(kept.read_text())["token"] == TOKEN
    assert TOKEN not in done.stdout + done.stderr
    assert "anna (user)" in shell.run("whoami", variables=SIGNED_OUT).stdout
    assert json.loads(shell.run("whoami", "--json", variables=SIGNED_OUT).stdout)["username"] == "anna"
    assert shell.run("logout", variables=SIGNED_OUT).returncode == 0
    assert len(server.asked_for("POST", "/auth/logout")) == 1
    assert not kept.exists()
    assert_one_line_error(shell.run("whoami", variables=SIGNED_OUT), "vignette login")


def test_login_by_api_key(shell: Shell) -> None:
    arguments = ("login", "--server", shell.address, "--api-key-stdin")
    assert_one_line_error(
        shell.run(*arguments, stdin="vgn_wrong\n", variables=SIGNED_OUT), "does not know this API key"
    )
    assert shell.run(*arguments, stdin=f"{TOKEN}\n", variables=SIGNED_OUT).returncode == 0
    assert shell.run("whoami", variables=SIGNED_OUT).returncode == 0


@pytest.mark.parametrize(
    ("arguments", "stdin", "said"),
    [
        (("--username", "anna", "--password-stdin"), "wrong\n", "bad_credentials"),
        (("--username", "anna", "--password-stdin"), "", "no password on stdin"),
        (("--password-stdin",), "x\n", "--username"),
        (("--username", "anna"), "", "no terminal"),
        (("--password-stdin", "--api-key-stdin"), "x\n", "either"),
        (("--api-key-stdin",), "schlüssel\n", "not an API key"),
        (("--server", "ftp://x", "--api-key-stdin"), "x\n", "not a server address"),
        (("--server", "http://127.0.0.1:1", "--api-key-stdin"), "x\n", "Can't connect"),
    ],
)
def test_failed_login_stores_nothing(shell: Shell, arguments: tuple[str, ...], stdin: str, said: str) -> None:
    done = shell.run("login", *arguments, stdin=stdin, variables={"VGN_TOKEN": None})
    assert_one_line_error(done, said)
    assert not (shell.home / ".config/vignette/credentials.json").exists()


def test_token_is_never_sent_to_another_server(server: FakeSite, shell: Shell) -> None:
    shell.run("login", "--api-key-stdin", stdin=TOKEN, variables={"VGN_TOKEN": None})
    server.seen.clear()
    other = shell.address.replace("127.0.0.1", "localhost")
    assert_one_line_error(
        shell.run("whoami", variables={"VGN_TOKEN": None, "VGN_SERVER": other}), "vignette login"
    )
    assert server.seen == []


@pytest.mark.parametrize("content", ["", "{", "[]", '{"server": 1}'])
def test_damaged_credentials_ask_to_sign_in(shell: Shell, content: str) -> None:
    path = shell.home / ".config/vignette/credentials.json"
    path.parent.mkdir(parents=True)
    path.write_text(content)
    assert_one_line_error(shell.run("whoami", variables=SIGNED_OUT), "vignette login")


def test_upload_reports_a_broken_file(server: FakeSite, shell: Shell, folder: Path) -> None:
    for name, data in (("a.jpg", b"one"), ("b.jpg", b"broken"), ("c.JPEG", b"three"), ("notes.txt", b"x")):
        (folder / name).write_bytes(data)
    done = shell.run("upload", folder, "--tags", "lake, two words", "--visibility", "private")
    assert done.returncode == 1
    assert "2 photos uploaded" in done.stdout
    assert "1 failed" in done.stdout
    assert "b.jpg: The file is not an image. [not_an_image]" in done.stderr
    assert ".txt" in done.stderr
    assert {photo["visibility"] for photo in server.photos.values()} == {"private"}


def test_upload_results_as_json(server: FakeSite, shell: Shell, folder: Path) -> None:
    (folder / "a.jpg").write_bytes(b"one")
    (folder / "b.jpg").write_bytes(b"broken")
    done = shell.run("upload", folder, "--json")
    results = {Path(line["file"]).name: line for line in map(json.loads, done.stdout.splitlines())}
    assert results["a.jpg"]["status"] == "uploaded"
    assert results["a.jpg"]["sha256"] == hashlib.sha256(b"one").hexdigest()
    assert (results["b.jpg"]["status"], results["b.jpg"]["code"]) == ("failed", "not_an_image")
    assert done.returncode == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("upload", "/nowhere"), "no such file or folder"),
        (("upload", "--watch", __file__), "--watch needs a folder"),
        (("download",), "Choose what to download"),
        (("download", "x", "--search", "y"), "Choose what to download"),
        (("download", "not-an-id"), "not a photo id"),
        (("albums", "share", "x"), "not an album id"),
        (("import", "takeout", "/nowhere.zip"), "no such file or folder"),
        (("import", "takeout", __file__), "not a readable archive"),
        (("import", "immich-folder", "/nowhere"), "no such folder"),
    ],
)
def test_usage_errors_are_one_line(shell: Shell, arguments: tuple[str, ...], said: str) -> None:
    assert_one_line_error(shell.run(*arguments), said)


def test_folder_without_photos_is_an_error(shell: Shell, folder: Path) -> None:
    (folder / "film.mov").write_bytes(b"x")
    assert_one_line_error(shell.run("upload", folder), "no photo to upload", ".mov")


def test_missing_route_suggests_to_update_the_server(shell: Shell) -> None:
    assert_one_line_error(shell.run("admin", "stats"), "update the server")


def test_tag_stores_nothing(server: FakeSite, shell: Shell, folder: Path) -> None:
    (folder / "a.jpg").write_bytes(b"one")
    (folder / "b.jpg").write_bytes(b"broken")
    done = shell.run("tag", folder / "a.jpg", folder / "b.jpg", "--json")
    good, bad = map(json.loads, done.stdout.splitlines())
    assert good["tags"][0]["label"] == "lake"
    assert bad["error"]["code"] == "not_an_image"
    assert done.returncode == 1
    assert server.photos == {}


def test_download_sanitises_names_and_never_overwrites(server: FakeSite, shell: Shell, folder: Path) -> None:
    data = b"picture" * 1000
    photo, _ = server.store(data, {"title": "../../Am See: \x1b[31m<b>"})
    assert photo is not None
    first = shell.run("download", photo["id"], "--out", folder)
    assert first.returncode == 0, first.stderr
    (path,) = folder.iterdir()
    assert path.name == f"2026-11-23_Am-See-31m-b_{photo['id'][-12:]}.jpg"
    assert path.read_bytes() == data
    assert "1 already present" in shell.run("download", "--search", "lake", "--out", folder).stdout

    path.write_bytes(b"mine")
    done = shell.run("download", photo["id"], "--out", folder)
    assert (done.returncode, path.read_bytes()) == (1, b"mine")
    assert "--force" in done.stderr
    assert shell.run("download", photo["id"], "--out", folder, "--force").returncode == 0
    assert path.read_bytes() == data


@pytest.mark.parametrize("kept", [b"picture" * 500, b"picture" * 1000, b"other" * 100, b"picture" * 2000])
def test_download_resumes_and_verifies_its_bytes(
    server: FakeSite, shell: Shell, folder: Path, kept: bytes
) -> None:
    data = b"picture" * 1000
    photo, _ = server.store(data, {})
    assert photo is not None
    (folder / f".{photo['id']}-original.part").write_bytes(kept)
    assert shell.run("download", photo["id"], "--out", folder).returncode == 0
    (path,) = folder.iterdir()
    assert path.read_bytes() == data
    first = next(asked for asked in server.seen if asked.path.endswith("/file"))
    assert first.headers["range"] == f"bytes={len(kept)}-"


def test_original_not_shared_suggests_a_preview(server: FakeSite, shell: Shell, folder: Path) -> None:
    photo, _ = server.store(b"x", {})
    assert photo is not None
    photo |= {"urls": {"original": None}, "owner": {"username": "ben"}}
    done = shell.run("download", photo["id"], "--out", folder)
    assert done.returncode == 1
    assert "--size preview" in done.stderr
    assert shell.run("download", photo["id"], "--out", folder, "--size", "preview").returncode == 0


def test_search_in_a_pipe_is_tab_separated(server: FakeSite, shell: Shell) -> None:
    photo, _ = server.store(b"x", {"title": "a\tb\nc", "tags": "lake"})
    assert photo is not None
    done = shell.run("search", "lake -people")
    assert done.stdout.splitlines() == [f"{photo['id']}\ta b c\tlake\t2026-11-23\tanna"]
    assert server.asked_for("GET", "/photos")[0].query["q"] == ["lake -people"]
    assert json.loads(shell.run("search", "lake", "--json").stdout)["id"] == photo["id"]


def test_bad_query_shows_its_position(server: FakeSite, shell: Shell) -> None:
    body = {"detail": "A word is missing.", "code": "bad_query", "position": 5}
    server.hook = lambda asked: Answer(422, json.dumps(body).encode()) if "q" in asked.query else None
    assert_one_line_error(shell.run("search", "lake ("), "A word is missing. lake ⟨here⟩(", "[bad_query]")


def test_albums_are_created_listed_and_shared(server: FakeSite, shell: Shell) -> None:
    link = {"id": "l", "url": "/s/abc", "expires_at": None, "has_password": True}
    asked: list[Asked] = []

    def share(request: Asked) -> Answer | None:
        if not request.path.endswith("/share-links"):
            return None
        asked.append(request)
        return Answer(201, json.dumps(link).encode())

    server.hook = share
    album_id = shell.run("albums", "create", "Trip").stdout.splitlines()[-1]
    assert shell.run("albums").stdout == f"{album_id}\t0\tprivate\tTrip\n"
    done = shell.run("albums", "share", album_id, "--expires", "7d", "--password-stdin", stdin="secret\n")
    assert done.stdout == f"{shell.address}/s/abc\n", done.stderr
    assert json.loads(asked[0].body)["password"] == "secret"
    assert_one_line_error(shell.run("albums", "share", album_id, "--expires", "soon"), "not an expiry")
    assert_one_line_error(shell.run("albums", "share", album_id, "--expires", "2001-01-01"), "in the past")


def test_dry_run_needs_no_server(shell: Shell, folder: Path, server: FakeSite) -> None:
    (folder / "a.jpg").write_bytes(b"one")
    done = shell.run("import", "immich-folder", folder, "--dry-run", variables=SIGNED_OUT)
    assert done.returncode == 0, done.stderr
    assert str(folder / "a.jpg") in done.stdout
    assert "1 photo" in done.stderr
    assert server.seen == []


def test_imports_are_private_by_default(server: FakeSite, shell: Shell, folder: Path) -> None:
    (folder / "Trip").mkdir()
    (folder / "Trip" / "a.jpg").write_bytes(b"one")
    assert shell.run("import", "immich-folder", folder, "--folder-albums").returncode == 0
    assert [photo["visibility"] for photo in server.photos.values()] == ["private"]
    assert [album["visibility"] for album in server.albums.values()] == ["private"]
