"""`make demo`: a demo account uploads a dozen photos through the public API and shows what came of them."""

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
WANTED = 12
PATIENCE_S = 60
SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".gif", ".tif", ".tiff", ".heic", ".avif"})
NEIGHBOUR = REPOSITORY.parent / "shared" / "data" / "photos"

Json = dict[str, Any]


def demo(
    address: Annotated[str, typer.Option(help="address of the site")] = "http://127.0.0.1:8080",
    state: Annotated[Path, typer.Option(help="the stack's state folder")] = REPOSITORY / "var",
    photos: Annotated[Path, typer.Option(help="folder of pictures to upload")] = NEIGHBOUR,
) -> None:
    """Upload a dozen photos as the account `demo` and print their tags."""
    pictures = find_pictures(photos)
    with httpx.Client(base_url=f"{address}/api/v1", timeout=30) as client:
        try:
            sign_in(client, password_of_demo(state))
            uploaded = [upload(client, picture) for picture in pictures]
            tagged = [wait_for_tags(client, photo["id"]) for photo in uploaded]
        except httpx.TransportError as error:
            raise StackError(f"{address} does not answer ({error}). Start the stack with: make up") from error
    Console().print(as_table(tagged))
    print(f"See them at {address}. Sign in as {USERNAME} with the password in {password_file(state)}.")


def find_pictures(folder: Path) -> list[Path]:
    """Return the first dozen pictures of a folder; raises `StackError` when there are none."""
    found = (
        sorted(path for path in folder.glob("*") if path.suffix.lower() in SUFFIXES)
        if folder.is_dir()
        else []
    )
    if not found:
        raise StackError(f"No pictures in {folder}. Name a folder of yours: make demo PHOTOS=~/Pictures")
    return found[:WANTED]


def password_file(state: Path) -> Path:
    return Layout(state.resolve()).internal_key.with_name("demo.password")


def password_of_demo(state: Path) -> str:
    path = password_file(state)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    make_secret(path)
    return path.read_text().strip()


def sign_in(client: httpx.Client, password: str) -> None:
    """Register the demo account if it isn't there, then use its token."""
    body = {"username": USERNAME, "email": "demo@example.org", "password": password}
    registered = client.post("/auth/register", json=body)
    if registered.status_code not in (201, 409):
        raise refusal("The demo account could not be made", registered)
    answer = client.post("/auth/login", json={"login": USERNAME, "password": password})
    if answer.status_code != 200:
        raise refusal("The demo account could not sign in", answer)
    client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"


def upload(client: httpx.Client, picture: Path) -> Json:
    with picture.open("rb") as stream:
        answer = client.post("/photos", files={"file": (picture.name, stream)}, data={"title": picture.stem})
    if answer.status_code not in (200, 201):
        raise refusal(f"{picture.name} was not taken", answer)
    photo: Json = answer.json()
    return photo


def wait_for_tags(client: httpx.Client, photo_id: str) -> Json:
    for _ in patiently():
        photo: Json = client.get(f"/photos/{photo_id}").json()
        if photo["status"] != "pending":
            return photo
    raise StackError(f"Photo {photo_id} has no tags after {PATIENCE_S} s. What the workers say: make logs")


def as_table(photos: list[Json]) -> Table:
    table = Table("photo", "status", "tags", title="What the tagger sees")
    for photo in photos:
        tags = ", ".join(
            f"{tag['label']} {tag['score']:.2f}" for tag in photo["tags"] if tag["score"] is not None
        )
        failure = (photo.get("failure") or {}).get("detail", "")
        table.add_row(photo["title"], photo["status"], tags or failure or "nothing it is sure of")
    return table


def refusal(what: str, answer: httpx.Response) -> StackError:
    try:
        problem = answer.json()
    except ValueError:
        return StackError(f"{what}: HTTP {answer.status_code}.")
    return StackError(
        f"{what}: {problem.get('detail')} ({problem.get('code')}, request {problem.get('request_id')})"
    )


def patiently() -> Iterator[None]:
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        yield
        time.sleep(0.1)


if __name__ == "__main__":
    try:
        typer.run(demo)
    except StackError as error:
        print(f"Error: {error}", file=sys.stderr)
        raise SystemExit(1) from None
