"""`make demo`: upload a dozen photos through the public API as a demo account and print their tags."""

import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import httpx
import typer
from rich.console import Console
from rich.table import Table

from .layout import REPOSITORY, Layout, StackError, make_secret

USERNAME = "demo"
PHOTO_LIMIT = 12
TAG_TIMEOUT_S = 60
SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".gif", ".tif", ".tiff", ".heic", ".avif"})
DEFAULT_PHOTOS = REPOSITORY.parent / "shared" / "data" / "photos"

Json = dict[str, Any]


def demo(
    address: Annotated[str, typer.Option(help="URL of the site.")] = "http://127.0.0.1:8080",
    state: Annotated[Path, typer.Option(help="State folder of the stack.")] = REPOSITORY / "var",
    photos: Annotated[Path, typer.Option(help="Folder with photos to upload.")] = DEFAULT_PHOTOS,
) -> None:
    """Upload a dozen photos as the account `demo` and print their tags."""
    pictures = find_pictures(photos)
    with httpx.Client(base_url=f"{address}/api/v1", timeout=30) as client:
        try:
            sign_in(client, demo_password(state))
            uploaded = [upload(client, picture) for picture in pictures]
            tagged = [wait_for_tags(client, photo["id"]) for photo in uploaded]
        except httpx.TransportError as error:
            raise StackError(f"{address} does not answer ({error}). Start Vignette with: make up") from error
    Console().print(as_table(tagged))
    print(f"The photos are at {address}. Sign in as {USERNAME} with the password in {password_file(state)}.")


def find_pictures(folder: Path) -> list[Path]:
    """Return the first dozen images in a folder; raises `StackError` if there are none."""
    photos = (
        sorted(path for path in folder.glob("*") if path.suffix.lower() in SUFFIXES)
        if folder.is_dir()
        else []
    )
    if not photos:
        raise StackError(f"There are no photos in {folder}. Choose a folder: make demo PHOTOS=~/Pictures")
    return photos[:PHOTO_LIMIT]


def password_file(state: Path) -> Path:
    return Layout(state.resolve()).internal_key.with_name("demo.password")


def demo_password(state: Path) -> str:
    path = password_file(state)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    make_secret(path)
    return path.read_text().strip()


def sign_in(client: httpx.Client, password: str) -> None:
    """Sign in as the demo account, which is created on the first run."""
    body = {"username": USERNAME, "email": "demo@example.org", "password": password}
    registered = client.post("/auth/register", json=body)
    if registered.status_code not in (201, 409):
        raise request_failed("Can't create the demo account", registered)
    answer = client.post("/auth/login", json={"login": USERNAME, "password": password})
    if answer.status_code != 200:
        raise request_failed("Can't sign in as the demo account", answer)
    client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"


def upload(client: httpx.Client, picture: Path) -> Json:
    with picture.open("rb") as stream:
        answer = client.post("/photos", files={"file": (picture.name, stream)}, data={"title": picture.stem})
    if answer.status_code not in (200, 201):
        raise request_failed(f"Can't upload {picture.name}", answer)
    photo: Json = answer.json()
    return photo


def wait_for_tags(client: httpx.Client, photo_id: str) -> Json:
    for _ in poll():
        photo: Json = client.get(f"/photos/{photo_id}").json()
        if photo["status"] != "pending":
            return photo
    raise StackError(
        f"Photo {photo_id} has no tags after {TAG_TIMEOUT_S} s. See the workers' logs: make logs"
    )


def as_table(photos: list[Json]) -> Table:
    table = Table("photo", "status", "tags", title="Tags")
    for photo in photos:
        tags = ", ".join(
            f"{tag['label']} {tag['score']:.2f}" for tag in photo["tags"] if tag["score"] is not None
        )
        failure = (photo.get("failure") or {}).get("detail", "")
        table.add_row(photo["title"], photo["status"], tags or failure or "no tag above its threshold")
    return table


def request_failed(what: str, answer: httpx.Response) -> StackError:
    try:
        problem = answer.json()
    except ValueError:
        return StackError(f"{what}: HTTP {answer.status_code}.")
    return StackError(
        f"{what}: {problem.get('detail')} ({problem.get('code')}, request {problem.get('request_id')})"
    )


def poll() -> Iterator[None]:
    deadline = time.monotonic() + TAG_TIMEOUT_S
    while time.monotonic() < deadline:
        yield
        time.sleep(0.1)


if __name__ == "__main__":
    try:
        typer.run(demo)
    except StackError as error:
        print(f"Error: {error}", file=sys.stderr)
        raise SystemExit(1) from None
