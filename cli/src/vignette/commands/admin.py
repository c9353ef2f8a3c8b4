"""`vignette admin`."""

from typing import Annotated

import typer

from vignette.api.client import Api
from vignette.api.problems import Json
from vignette.errors import Refused
from vignette.output import clean, counted, out, print_json, say, table
from vignette.session import open_api, requires_feature

app = typer.Typer(help="Commands for admins.", no_args_is_help=True)


@app.callback()
def _commands() -> None:
    """Commands for admins."""


@app.command()
def stats(
    *, as_json: Annotated[bool, typer.Option("--json", help="Print everything as one JSON object.")] = False
) -> None:
    """Show readiness, accounts, queues, dead letters and models."""
    with open_api() as api, requires_feature("statistics for admins"):
        figures = {
            "ready": _readiness(api),
            "queues": api.get("admin/queues").get("items", []),
            "dead_letters": list(api.pages("admin/dead-letters", limit=200)),
            "models": api.get("models").get("items", []),
            "users": _users(api),
        }
    if as_json:
        print_json(figures)
    else:
        _show(figures)


def _readiness(api: Api) -> Json:
    """Return the body of `/readyz`, which a failed check sends with a 503."""
    # Not `api.send`, which would retry the 503 and drop its body.
    answer = api.client.get(f"{api.server}/readyz")
    try:
        body = answer.json()
    except ValueError:
        body = None
    return body if isinstance(body, dict) else {"status": "unknown", "checks": {}}


def _users(api: Api) -> list[Json] | None:
    """Return all accounts, or None from a server without that list."""
    try:
        return list(api.pages("admin/users"))
    except Refused as refusal:
        if refusal.http_status in (404, 405):
            return None
        raise


def _show(figures: Json) -> None:
    ready = figures["ready"]
    checks = ready.get("checks", {})
    failed_checks = [
        f"{name}: {check.get('detail') or 'down'}" for name, check in checks.items() if not check.get("ok")
    ]
    say(
        f"Site: {ready.get('status')}" + (f" ({'; '.join(failed_checks)})" if failed_checks else ""),
        style="bold red" if failed_checks else "bold",
    )
    if figures["users"] is not None:
        users = figures["users"]
        suspended = sum(bool(user.get("suspended_at")) for user in users)
        say(f"{counted(len(users), 'account')}" + (f", {suspended} suspended" if suspended else ""))
    _heading("Queues")
    table(
        ("Queue", "Waiting", "Oldest", "Per min", "Failed", "Workers"),
        [
            (
                queue["name"],
                queue["depth"],
                _age(queue.get("oldest_age_s")),
                "–" if queue.get("rate_per_minute") is None else f"{queue['rate_per_minute']:.0f}",
                queue.get("failures", 0),
                queue.get("workers", 0),
            )
            for queue in figures["queues"]
        ],
        right=(1, 2, 3, 4, 5),
    )
    letters = figures["dead_letters"]
    _heading(f"Dead letters: {len(letters)}{' or more' if len(letters) == 200 else ''}")
    if letters:
        rows = [(item["photo_id"], item["step"], item["code"], item["detail"]) for item in letters[:20]]
        table(("Photo", "Step", "Code", "Detail"), rows, unbroken=(0,))
    _heading("Models")
    rows = [
        (
            model["version"],
            ", ".join(model.get("aliases", [])),
            f"{model['metrics']['mean_ap']:.3f}"
            if model.get("metrics", {}).get("mean_ap") is not None
            else "–",
            str(model.get("created_at", ""))[:10],
        )
        for model in figures["models"]
    ]
    table(("Version", "Alias", "Mean AP", "Created"), rows, right=(2,))


def _heading(text: str) -> None:
    if out().is_terminal:
        say(f"\n{clean(text)}", style="bold")


def _age(seconds: float | None) -> str:
    if seconds is None:
        return "–"
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"
