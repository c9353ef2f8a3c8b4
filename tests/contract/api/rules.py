"""A valid request for every operation, and who may send it: the table that the contract tests use.

An operation without a rule fails. `{names}` refer to things of the `World`; those with an owner exist twice,
public and private.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from tests.contract.api.world import TUS, World
from tests.support.photos.service import PASSWORD
from tests.support.pictures import make_jpeg

from vignette_shared.contracts.identity import Scope


class Who(Enum):
    """Who may send a request."""

    ANYONE = "anyone, with or without credentials"
    ANYONE_UNASKED = "anyone; credentials are ignored"
    SEERS = "callers who see the thing"
    SEERS_SIGNED_IN = "signed-in callers who see the thing"
    MEMBERS = "signed-in callers"
    OWNER = "the thing's owner"
    OWNER_OR_ADMIN = "the thing's owner, and admins if they see it"
    OWNER_UNSEEN = "the thing's owner; others get 404"
    OWNER_UNSEEN_BY_PASSWORD = "the thing's owner with a session, not an API key; others get 404"
    SESSIONS = "callers with a session, not an API key"
    ADMINS = "admins"


@dataclass(frozen=True)
class Rule:
    """`ok` is the status of a valid request; `options`, and those `made` for a world, go to the client.

    `own` is the status for the thing's owner and `admin` for the site's only admin, where they differ.
    """

    who: Who
    scope: Scope | None = None
    path: str = ""
    ok: int = 200
    options: Mapping[str, Any] = field(default_factory=dict)
    own: int | None = None
    admin: int | None = None
    made: Callable[[World, Mapping[str, str]], dict[str, Any]] | None = None

    def request(self, world: World, visibility: str) -> dict[str, Any]:
        things = world.things[visibility]
        options = dict(self.options) | (self.made(world, things) if self.made else {})
        options["headers"] = dict(options.get("headers", {}))
        return options


def json(**body: Any) -> dict[str, Any]:
    return {"json": body}


def picture(shift: int) -> dict[str, Any]:
    return {"files": {"file": ("lake.jpg", make_jpeg(96, 64, shift))}}


ANYONE, UNASKED, SEERS, MEMBERS = Who.ANYONE, Who.ANYONE_UNASKED, Who.SEERS, Who.MEMBERS
SIGNED_IN, OWNER, UNSEEN = Who.SEERS_SIGNED_IN, Who.OWNER, Who.OWNER_UNSEEN
SESSIONS, ADMINS = Who.SESSIONS, Who.ADMINS
PHOTO, ALBUM, UPLOAD = "/photos/{photo}", "/albums/{album}", "/uploads/{upload}"
NEWCOMER = {"username": "newcomer", "email": "newcomer@example.org", "password": PASSWORD}
BEGIN = {**TUS, "Upload-Length": "100", "Upload-Metadata": "filename bGFrZS5qcGc="}
APPEND = {**TUS, "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}

RULES: dict[str, Rule] = {
    # --- accounts
    "register": Rule(UNASKED, None, "/auth/register", 201, json(**NEWCOMER)),
    "login": Rule(UNASKED, None, "/auth/login", 200, json(login="owner", password=PASSWORD)),
    "logout": Rule(SESSIONS, None, "/auth/logout", 204),
    "get_me": Rule(MEMBERS, "read", "/me"),
    "change_me": Rule(MEMBERS, "write", "/me", 200, json(bio="By the lake")),
    "delete_me": Rule(SESSIONS, None, "/me", 204, json(password=PASSWORD), admin=409),
    "change_password": Rule(
        SESSIONS, None, "/me/password", 204, json(current=PASSWORD, new="a swim in the lake")
    ),
    "list_api_keys": Rule(SESSIONS, None, "/me/api-keys"),
    "create_api_key": Rule(SESSIONS, None, "/me/api-keys", 201, json(name="Mine", scopes=["read"])),
    "delete_api_key": Rule(Who.OWNER_UNSEEN_BY_PASSWORD, None, "/me/api-keys/{api_key}", 204),
    "get_profile": Rule(ANYONE, None, "/users/owner"),
    # --- photos
    "create_photo": Rule(MEMBERS, "write", "/photos", 201, picture(77)),
    "list_photos": Rule(ANYONE, None, "/photos"),
    "get_photo": Rule(SEERS, None, PHOTO),
    "change_photo": Rule(OWNER, "write", PHOTO, 200, json(title="Dawn")),
    "delete_photo": Rule(OWNER, "write", PHOTO, 204),
    "get_photo_file": Rule(SEERS, None, f"{PHOTO}/file"),
    "head_photo_file": Rule(SEERS, None, f"{PHOTO}/file"),
    "restore_photo": Rule(UNSEEN, "write", "/photos/{trashed}/restore"),
    "retag_photo": Rule(OWNER, "write", f"{PHOTO}/retag", 202),
    "list_trash": Rule(MEMBERS, "read", "/me/trash"),
    "explain_tag": Rule(SEERS, None, f"{PHOTO}/explain", 200, {"params": {"label": "lake"}}),
    "list_similar_photos": Rule(SEERS, None, f"{PHOTO}/similar"),
    "change_photos": Rule(
        MEMBERS,
        "write",
        "/photos/bulk",
        made=lambda _, things: json(ids=[things["photo"]], action="add_tag", value="dawn"),
    ),
    # --- tags
    "list_tags": Rule(ANYONE, None, "/tags"),
    "suggest_tags": Rule(ANYONE, None, "/tags/suggest", options={"params": {"prefix": "la"}}),
    "decide_tag": Rule(OWNER, "write", f"{PHOTO}/tags/lake", 204, json(state="accepted")),
    "withdraw_tag_decision": Rule(OWNER, "write", f"{PHOTO}/tags/lake", 204),
    # --- people
    "list_feed": Rule(MEMBERS, "read", "/feed"),
    "follow_user": Rule(MEMBERS, "write", "/users/leaver/follow", 204),
    "unfollow_user": Rule(MEMBERS, "write", "/users/leaver/follow", 204),
    "list_followers": Rule(ANYONE, None, "/users/owner/followers"),
    "list_following": Rule(ANYONE, None, "/users/owner/following"),
    "block_user": Rule(MEMBERS, "write", "/users/leaver/block", 204),
    "unblock_user": Rule(MEMBERS, "write", "/users/leaver/block", 204),
    "list_blocks": Rule(MEMBERS, "read", "/me/blocks"),
    "like_photo": Rule(SIGNED_IN, "write", f"{PHOTO}/like", 204),
    "unlike_photo": Rule(SIGNED_IN, "write", f"{PHOTO}/like", 204),
    "list_comments": Rule(SEERS, None, f"{PHOTO}/comments"),
    "create_comment": Rule(SIGNED_IN, "write", f"{PHOTO}/comments", 201, json(text="Lovely")),
    "delete_comment": Rule(Who.OWNER_OR_ADMIN, "write", "/comments/{comment}", 204),
    "report_photo": Rule(SIGNED_IN, "write", f"{PHOTO}/report", 202, json(reason="No lake"), own=422),
    # --- albums
    "list_albums": Rule(ANYONE, None, "/albums", options={"params": {"user": "owner"}}),
    "create_album": Rule(MEMBERS, "write", "/albums", 201, json(title="Hills")),
    "get_album": Rule(SEERS, None, ALBUM),
    "change_album": Rule(OWNER, "write", ALBUM, 200, json(title="Hills")),
    "delete_album": Rule(OWNER, "write", ALBUM, 204),
    "order_album": Rule(
        OWNER, "write", f"{ALBUM}/photos", 204, made=lambda _, things: json(ids=[things["photo"]])
    ),
    "add_to_album": Rule(OWNER, "write", f"{ALBUM}/photos/{{second}}", 204),
    "remove_from_album": Rule(OWNER, "write", f"{ALBUM}/photos/{{photo}}", 204),
    "create_share_link": Rule(OWNER, "write", f"{ALBUM}/share-links", 201, json()),
    "list_share_links": Rule(OWNER, "write", f"{ALBUM}/share-links"),
    "delete_share_link": Rule(OWNER, "write", f"{ALBUM}/share-links/{{link}}", 204),
    "get_shared_album": Rule(ANYONE, None, "/s/{share}"),
    "list_shared_photos": Rule(ANYONE, None, "/s/{share}/photos"),
    "unlock_shared_album": Rule(ANYONE, None, "/s/{locked}/unlock", 204, json(password="by the lake")),
    # --- the admins' work
    "list_reports": Rule(ADMINS, None, "/admin/reports"),
    "resolve_report": Rule(ADMINS, None, "/admin/reports/{report}/resolve", 200, json(action="dismiss")),
    "list_accounts": Rule(ADMINS, None, "/admin/users"),
    "change_account": Rule(ADMINS, None, "/admin/users/leaver", 200, json(suspended=True)),
    "list_queues": Rule(ADMINS, None, "/admin/queues"),
    "list_dead_letters": Rule(ADMINS, None, "/admin/dead-letters"),
    "retry_dead_letter": Rule(ADMINS, None, "/admin/dead-letters/{dead_letter}/retry", 202),
    "dismiss_dead_letter": Rule(ADMINS, None, "/admin/dead-letters/{dead_letter}", 204),
    # --- uploads
    "describe_uploads": Rule(ANYONE, None, "/uploads", 204),
    "begin_upload": Rule(MEMBERS, "write", "/uploads", 201, {"headers": BEGIN}),
    "look_at_upload": Rule(UNSEEN, "write", UPLOAD, 200, {"headers": TUS}),
    "append_to_upload": Rule(UNSEEN, "write", UPLOAD, 204, {"headers": APPEND, "content": b"1234"}),
    "cancel_upload": Rule(UNSEEN, "write", UPLOAD, 204, {"headers": TUS}),
    # --- tagging
    "list_models": Rule(MEMBERS, "read", "/models"),
    "get_model": Rule(MEMBERS, "read", "/models/{model}"),
    "compare_models": Rule(
        MEMBERS,
        "read",
        "/models/compare",
        made=lambda _, things: {"params": {"a": things["model"], "b": things["model"]}},
    ),
    "predict": Rule(MEMBERS, "read", "/predict", 200, picture(78)),
    "stream_events": Rule(MEMBERS, "read", "/events"),
    # --- operations
    "healthz": Rule(UNASKED, None, "/healthz"),
    "readyz": Rule(UNASKED, None, "/readyz"),
    "metrics": Rule(UNASKED, None, "/metrics"),
}
