"""Reports and their resolution, suspension, accounts, the audit log."""

from typing import Any

import httpx
import pytest
from sqlalchemy import select
from tests.support.ids import UNKNOWN_ID
from tests.support.photos.service import PASSWORD, PhotosService
from tests.support.pictures import make_jpeg
from tests.support.problems import problem

from photos.models import AuditRow, ReportRow
from vignette_shared.contracts.identity import ANONYMOUS, Identity
from vignette_shared.ids import new_id

REPORTS = "/api/v1/admin/reports"
USERS = "/api/v1/admin/users"


def report(service: PhotosService, reporter: Identity, photo_id: str | None, reason: str = "spam") -> str:
    service.clock.forward(seconds=1)
    now = service.clock()
    row = ReportRow(
        id=new_id(now), photo_id=photo_id, reporter_id=reporter.user_id, reason=reason, created_at=now
    )
    with service.services.database._write.begin() as session:
        session.add(row)
    return row.id


def reports(service: PhotosService, admin: Identity, **query: Any) -> list[dict[str, Any]]:
    answer = service.client(admin).get(REPORTS, params=query)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def resolve(
    service: PhotosService, admin: Identity, report_id: str, action: str, **more: Any
) -> httpx.Response:
    return service.client(admin).post(f"{REPORTS}/{report_id}/resolve", json={"action": action, **more})


def change(service: PhotosService, admin: Identity, username: str, **fields: Any) -> httpx.Response:
    service.clock.forward(seconds=1)
    return service.client(admin).patch(f"{USERS}/{username}", json=fields)


def sees(service: PhotosService, caller: Identity, photo_id: str) -> bool:
    status = service.client(caller).get(f"/api/v1/photos/{photo_id}").status_code
    assert status in (200, 404)
    assert service.client(caller).get(f"/api/v1/photos/{photo_id}/file").status_code == status
    return status == 200


def feed(service: PhotosService, caller: Identity = ANONYMOUS) -> list[str]:
    return [photo["id"] for photo in service.client(caller).get("/api/v1/photos").json()["items"]]


def audit(service: PhotosService) -> list[tuple[str, str, str]]:
    with service.services.database._read() as session:
        rows = session.scalars(select(AuditRow).order_by(AuditRow.id)).all()
    return [(row.actor, row.action, row.subject) for row in rows]


def sign_in(service: PhotosService, name: str, password: str = PASSWORD) -> httpx.Response:
    return service.client().post("/api/v1/auth/login", json={"login": name, "password": password})


@pytest.fixture
def photo(service: PhotosService, bert: Identity) -> str:
    return service.publish(bert, make_jpeg(64, 48), sky=0.9)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", REPORTS, None),
        ("POST", f"{REPORTS}/{UNKNOWN_ID}/resolve", {"action": "dismiss"}),
        ("POST", f"{REPORTS}/{UNKNOWN_ID}/resolve", {"action": "nonsense"}),
        ("GET", USERS, None),
        ("PATCH", f"{USERS}/anna", {"suspended": True}),
        ("GET", "/api/v1/admin/queues", None),
        ("GET", "/api/v1/admin/dead-letters", None),
        ("POST", f"/api/v1/admin/dead-letters/{UNKNOWN_ID}/retry", None),
        ("DELETE", f"/api/v1/admin/dead-letters/{UNKNOWN_ID}", None),
    ],
)
def test_only_admins_have_access(
    service: PhotosService, anna: Identity, bert: Identity, method: str, path: str, body: Any
) -> None:
    limited = anna.model_copy(update={"session_id": None, "scopes": ("read", "write")})
    pretending = bert.model_copy(update={"scopes": ("read", "write", "admin")})
    for caller, expected in (
        (ANONYMOUS, (401, "authentication_required")),
        (bert, (403, "forbidden")),
        (pretending, (403, "forbidden")),
        (limited, (403, "missing_scope")),
    ):
        assert problem(service.client(caller).request(method, path, json=body)) == expected
    assert audit(service) == []


def test_reports_list_open_ones_first_with_a_filter(
    service: PhotosService, anna: Identity, bert: Identity, cleo: Identity, photo: str
) -> None:
    other = service.publish(bert, make_jpeg(64, 48, 2))
    third = service.publish(bert, make_jpeg(64, 48, 3))
    first, second, last = (report(service, cleo, one) for one in (photo, other, third))
    assert [item["id"] for item in reports(service, anna)] == [last, second, first]
    resolve(service, anna, last, "dismiss", note="harmless")
    assert [item["id"] for item in reports(service, anna)] == [second, first, last]
    assert [item["id"] for item in reports(service, anna, status="open")] == [second, first]
    (resolved,) = reports(service, anna, status="resolved")
    assert (resolved["action"], resolved["note"], resolved["resolved_by"]["username"]) == (
        "dismiss",
        "harmless",
        "anna",
    )
    assert (resolved["reporter"]["username"], resolved["photo"]["owner"]["username"]) == ("cleo", "bert")
    found, cursor = [], None
    while True:
        query = {"limit": 1} | ({"cursor": cursor} if cursor else {})
        page = service.client(anna).get(REPORTS, params=query).json()
        found += [item["id"] for item in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert found == [second, first, last]
    assert problem(service.client(anna).get(REPORTS, params={"cursor": "x"})) == (400, "bad_cursor")
    assert problem(service.client(anna).get(REPORTS, params={"status": "x"})) == (422, "validation_failed")


def test_hidden_photo_is_visible_to_owner_and_admins(
    service: PhotosService, anna: Identity, bert: Identity, cleo: Identity, photo: str
) -> None:
    one, other = report(service, cleo, photo), report(service, anna, photo, "not nice")
    answer = resolve(service, anna, one, "hide_photo", note="spam indeed")
    assert answer.status_code == 200
    assert (answer.json()["action"], answer.json()["note"]) == ("hide_photo", "spam indeed")
    assert {item["id"] for item in reports(service, anna, status="resolved")} == {one, other}
    assert [sees(service, who, photo) for who in (anna, bert, cleo, ANONYMOUS)] == [True, True, False, False]
    by_key = anna.model_copy(update={"session_id": None, "scopes": ("read", "write")})
    assert not sees(service, by_key, photo)
    assert feed(service) == feed(service, anna) == []
    assert resolve(service, anna, other, "dismiss").status_code == 200
    assert sees(service, cleo, photo)
    assert feed(service) == [photo]


def test_hidden_private_photo_is_not_shown_to_admins(
    service: PhotosService, anna: Identity, bert: Identity, cleo: Identity
) -> None:
    private = service.publish(bert, make_jpeg(64, 48), {"visibility": "private"})
    resolve(service, anna, report(service, cleo, private), "hide_photo")
    assert [sees(service, who, private) for who in (anna, bert, cleo)] == [False, True, False]


def test_report_of_a_deleted_photo_can_only_be_dismissed(
    service: PhotosService, anna: Identity, bert: Identity, cleo: Identity, photo: str
) -> None:
    one = report(service, cleo, photo)
    service.client(bert).delete(f"/api/v1/photos/{photo}", params={"permanent": True})
    assert reports(service, anna)[0]["photo"] is None
    for action in ("hide_photo", "suspend_owner"):
        assert problem(resolve(service, anna, one, action)) == (409, "conflict")
    assert resolve(service, anna, one, "dismiss").status_code == 200
    for missing in (new_id(), "no-id"):
        assert problem(resolve(service, anna, missing, "dismiss")) == (404, "not_found")
    assert problem(resolve(service, anna, one, "shrug")) == (422, "validation_failed")


def test_suspending_the_owner_from_a_report(
    service: PhotosService, anna: Identity, bert: Identity, cleo: Identity, photo: str
) -> None:
    one = report(service, cleo, photo)
    assert resolve(service, anna, one, "suspend_owner").status_code == 200
    assert problem(sign_in(service, "bert")) == (403, "account_suspended")
    assert not sees(service, cleo, photo)
    own = service.publish(anna, make_jpeg(64, 48, 7))
    assert problem(resolve(service, anna, report(service, cleo, own), "suspend_owner")) == (409, "last_admin")
    assert sees(service, cleo, own)
    assert len(reports(service, anna, status="open")) == 1
    assert audit(service) == [("anna", "report.suspend_owner", "bert")]


def test_suspension_ends_credentials_and_hides_photos(
    service: PhotosService, anna: Identity, bert: Identity, cleo: Identity, photo: str
) -> None:
    token = sign_in(service, "bert").json()["access_token"]
    key = (
        service.client(bert).post("/api/v1/me/api-keys", json={"name": "n", "scopes": ["read"]}).json()["key"]
    )
    reported = service.publish(bert, make_jpeg(64, 48, 3))
    resolve(service, anna, report(service, cleo, reported), "hide_photo")
    answer = change(service, anna, "BERT", suspended=True)
    assert answer.status_code == 200
    assert answer.json()["suspended_at"] is not None
    for dead in (token, key):
        answer = service.client().post("/internal/v1/identity", json={"token": dead})
        assert problem(answer) == (401, "authentication_required")
    assert problem(sign_in(service, "bert")) == (403, "account_suspended")
    assert problem(sign_in(service, "bert", "a wrong password")) == (401, "bad_credentials")
    assert feed(service) == []
    assert not sees(service, cleo, photo)
    assert sees(service, anna, photo)
    answer = change(service, anna, "bert", suspended=False)
    assert answer.json()["suspended_at"] is None
    assert feed(service) == [photo]
    assert not sees(service, cleo, reported)
    assert sign_in(service, "bert").status_code == 200
    answer = service.client().post("/internal/v1/identity", json={"token": token})
    assert problem(answer) == (401, "authentication_required")


def test_dismissed_report_keeps_photos_of_suspended_users_hidden(
    service: PhotosService, anna: Identity, bert: Identity, cleo: Identity, photo: str
) -> None:
    one = report(service, cleo, photo)
    resolve(service, anna, one, "hide_photo")
    change(service, anna, "bert", suspended=True)
    resolve(service, anna, one, "dismiss")
    assert not sees(service, cleo, photo)
    change(service, anna, "bert", suspended=False)
    assert sees(service, cleo, photo)


def test_running_upload_of_a_suspended_user_is_rejected(
    service: PhotosService, anna: Identity, bert: Identity, jpeg: bytes
) -> None:
    change(service, anna, "bert", suspended=True)
    answer = service.client(bert).post("/api/v1/photos", files={"file": ("x.jpg", jpeg)})
    assert problem(answer) == (401, "authentication_required")


def test_last_admin_cannot_be_demoted_or_suspended(
    service: PhotosService, anna: Identity, bert: Identity
) -> None:
    assert problem(change(service, anna, "anna", suspended=True)) == (409, "last_admin")
    assert problem(change(service, anna, "anna", role="user")) == (409, "last_admin")
    assert change(service, anna, "bert", role="admin").json()["role"] == "admin"
    assert change(service, anna, "bert", suspended=True).status_code == 200
    assert problem(change(service, anna, "anna", role="user")) == (409, "last_admin")
    change(service, anna, "bert", suspended=False)
    assert change(service, anna, "anna", role="user").json()["role"] == "user"
    assert audit(service) == [
        ("anna", "user.role_changed", "bert"),
        ("anna", "user.suspended", "bert"),
        ("anna", "user.reinstated", "bert"),
        ("anna", "user.role_changed", "anna"),
    ]


def test_omitted_fields_are_unchanged_and_no_ops_are_not_logged(
    service: PhotosService, anna: Identity, bert: Identity
) -> None:
    assert change(service, anna, "bert", bytes_quota=5).json()["bytes_quota"] == 5
    same = change(service, anna, "bert", suspended=False, role="user", bytes_quota=5)
    assert same.json()["bytes_quota"] == 5
    assert change(service, anna, "bert").json()["bytes_quota"] == 5
    assert change(service, anna, "bert", bytes_quota=None).json()["bytes_quota"] is None
    assert [action for _, action, _ in audit(service)] == ["user.quota_changed"] * 2
    assert problem(change(service, anna, "nobody", role="user")) == (404, "not_found")
    for wrong in ({"bytes_quota": -1}, {"role": "king"}, {"name": "x"}):
        assert problem(change(service, anna, "bert", **wrong)) == (422, "validation_failed")


def test_accounts_are_listed_by_name_with_a_prefix_filter(
    service: PhotosService, anna: Identity, bert: Identity, cleo: Identity, photo: str
) -> None:
    def names(**query: Any) -> list[str]:
        answer = service.client(anna).get(USERS, params=query)
        assert answer.status_code == 200, answer.text
        return [account["username"] for account in answer.json()["items"]]

    assert names() == ["anna", "bert", "cleo"]
    assert names(q="BE") == ["bert"]
    assert names(q="cleo@ex") == ["cleo"]
    assert names(q="%") == names(q="_") == []
    page = service.client(anna).get(USERS, params={"limit": 2}).json()
    assert names(cursor=page["next_cursor"]) == ["cleo"]
    bert_s = page["items"][1]
    assert (bert_s["photos"], bert_s["bytes_used"], bert_s["bytes_quota"]) == (
        1,
        len(make_jpeg(64, 48)),
        None,
    )
    assert (bert_s["email"], bert_s["role"], bert_s["suspended_at"]) == ("bert@example.org", "user", None)
    assert problem(service.client(anna).get(USERS, params={"cursor": "WzFd"})) == (400, "bad_cursor")
