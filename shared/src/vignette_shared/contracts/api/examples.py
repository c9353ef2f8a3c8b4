"""One example of each body, shown in the OpenAPI document and used by tests."""

from typing import Any

Example = dict[str, Any]

PASSWORD = "correct horse battery"  # noqa: S105 - an example
SHARE_TOKEN = "AZqx8JoAfRGMfmodLDtOX6kq0N3J1b7e4cT2mVwLz0A"  # noqa: S105 - an example
VERSION = "20261101T120000Z-1a2b3c4d"
CREATED_AT = "2026-05-04T08:00:00Z"
PHOTO_ID = "019ab1f0-7d5e-7c3a-9d7e-0d5f8f7c2b11"
FILE = f"/api/v1/photos/{PHOTO_ID}/file"

OWNER: Example = {"username": "anna", "display_name": "Anna", "avatar_url": None}
PERSON: Example = {"username": "bert", "display_name": "Bert", "avatar_url": f"{FILE}?size=thumb"}
PHOTO: Example = {
    "id": PHOTO_ID,
    "owner": OWNER,
    "title": "Evening at the lake",
    "description": "",
    "alt_text": "Photo of lake, by Anna",
    "visibility": "public",
    "status": "tagged",
    "width": 4032,
    "height": 3024,
    "bytes": 2481137,
    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "media_type": "image/jpeg",
    "taken_at": "2026-05-03T19:21:07Z",
    "created_at": CREATED_AT,
    "thumbhash": "1QcSHQRnh493V4dIh4eXh1h4kJUI",
    "urls": {
        "thumb": f"{FILE}?size=thumb",
        "medium": f"{FILE}?size=medium",
        "preview": f"{FILE}?size=preview",
        "original": None,
    },
    "tags": [
        {"label": "lake", "score": 0.93, "source": "model", "state": "suggested", "model_version": VERSION}
    ],
    "liked": False,
    "like_count": 0,
    "comment_count": 0,
    "camera": None,
    "location": None,
    "failure": None,
    "duplicate": None,
}
SHARED_PHOTO = PHOTO | {
    "urls": {"thumb": f"{FILE}?size=thumb&share=…", "preview": None, "original": None},
}
USER: Example = OWNER | {
    "email": "anna@example.org",
    "bio": "",
    "role": "user",
    "counts": {"photos": 3, "followers": 0, "following": 0, "likes": 0},
}
ALBUM: Example = {
    "id": "019ab1f0-9a00-7d11-8c7e-6a1d2c3b4e5f",
    "title": "Summer",
    "description": "",
    "visibility": "unlisted",
    "photo_count": 1,
    "cover": PHOTO,
    "created_at": CREATED_AT,
    "owner": OWNER,
}
SHARED_ALBUM = {key: value for key, value in ALBUM.items() if key != "visibility"} | {
    "cover": SHARED_PHOTO,
    "expires_at": "2026-06-01T00:00:00Z",
}
API_KEY: Example = {
    "id": "019ab1f0-8b00-7a21-9e4d-3c2b1a0f9e8d",
    "name": "laptop",
    "scopes": ["read", "write"],
    "prefix": "vgn_pXw3dQ0V",
    "created_at": CREATED_AT,
    "expires_at": "2027-01-01T00:00:00Z",
    "last_used_at": None,
}
REPORT_RESOLUTION: Example = {"action": "hide_photo", "note": "Copied from another site."}
READINESS: Example = {
    "status": "ready",
    "checks": {name: {"ok": True, "detail": None} for name in ("database", "broker", "storage", "model")},
}

# By the name of the model.
EXAMPLES: dict[str, Example] = {
    "Account": PERSON
    | {
        "email": "bert@example.org",
        "role": "user",
        "created_at": CREATED_AT,
        "suspended_at": None,
        "bytes_used": 2481137,
        "bytes_quota": None,
        "photos": 1,
    },
    "AccountDeletion": {"password": PASSWORD},
    "Album": ALBUM,
    "AlbumChange": {"title": "Summer at the lake", "cover_photo_id": PHOTO_ID},
    "AlbumOrder": {"ids": [PHOTO_ID]},
    "ApiKey": API_KEY,
    "BulkChange": {"ids": [PHOTO_ID], "action": "add_tag", "value": "holiday"},
    "BulkOutcomes": {"items": [{"id": PHOTO_ID, "status": "ok", "code": None}]},
    "Comment": {
        "id": "019ab1f3-2c11-7a55-8f0e-3b1d6a9c4e77",
        "author": PERSON,
        "text": "What a light! Where was this?",
        "created_at": "2026-05-04T09:12:30Z",
    },
    "CreatedApiKey": API_KEY | {"key": "vgn_pXw3dQ0V5m5yT6t0h1s9yq2m7n4b8c6d5f3g1h0jklM"},
    "DeadLetter": {
        "id": "019ab1f0-ad20-7c43-9a6f-5e4d3c2b1a0f",
        "photo_id": PHOTO_ID,
        "owner": PERSON,
        "step": "tag",
        "code": "timed_out",
        "detail": "No answer after 4 attempts.",
        "attempts": 3,
        "created_at": CREATED_AT,
    },
    "LoginRequest": {"login": "anna", "password": PASSWORD},
    "LoginResponse": {
        "access_token": "pXw3dQ0V5m5yT6t0h1s9yq2m7n4b8c6d5f3g1h0jklM",
        "token_type": "bearer",
        "expires_in": 2592000,
        "user": USER,
    },
    "Model": {
        "version": VERSION,
        "aliases": ["production"],
        "created_at": "2026-11-01T12:00:00Z",
        "backbone": "3f1c9a2e7b5d4c60",
        "labels": ["lake"],
        "thresholds": [0.41],
        "sensitive": [],
        "metrics": {"mean_ap": 0.71, "pr_auc_mean": 0.71, "ece": 0.03, "per_label": []},
        "dataset": None,
        "parent": None,
    },
    "ModelComparison": {
        "a": VERSION,
        "b": "20261108T120000Z-5e6f7a8b",
        "mean_ap": {"a": 0.71, "b": 0.74, "delta": 0.03},
        "per_label": [{"label": "lake", "a": 0.62, "b": 0.68, "delta": 0.06, "low": -0.01, "high": 0.13}],
    },
    "NewAlbum": {"title": "Summer", "visibility": "unlisted"},
    "NewApiKey": {"name": "laptop", "scopes": ["read", "write"], "expires_at": "2027-01-01T00:00:00Z"},
    "NewComment": {"text": "What a light! Where was this?"},
    "NewReport": {"reason": "This is my photo, copied from my page."},
    "NewShareLink": {"expires_at": "2026-06-01T00:00:00Z", "password": "by the lake"},
    "PasswordChange": {"current": PASSWORD, "new": "a walk along the lake"},
    "Person": PERSON,
    "Photo": PHOTO,
    "PhotoChange": {"title": "Evening at the lake", "visibility": "unlisted"},
    "Prediction": {
        "tags": [{"label": "lake", "score": 0.93, "over_threshold": True}],
        "model_version": VERSION,
        "backbone": "3f1c9a2e7b5d4c60",
        "ms": 41.7,
    },
    "Profile": PERSON
    | {
        "bio": "Lakes, mostly.",
        "counts": {"photos": 3, "followers": 2, "following": 1, "likes": 7},
        "created_at": CREATED_AT,
        "followed": True,
        "follows_you": False,
        "blocked": False,
    },
    "ProfileChange": {"display_name": "Anna B.", "bio": "Lakes, mostly.", "default_visibility": "unlisted"},
    "QueueStates": {
        "items": [
            {
                "name": "tagger.tag",
                "depth": 12,
                "oldest_age_s": 3.4,
                "rate_per_minute": 208,
                "failures": 1,
                "workers": 1,
            }
        ]
    },
    "Readiness": READINESS,
    "RegisterRequest": {"username": "anna", "email": "anna@example.org", "password": PASSWORD},
    "Report": {
        "id": "019ab1f0-9c10-7b32-8f5e-4d3c2b1a0f9e",
        "photo": PHOTO,
        "reporter": PERSON,
        "reason": "This is my photo, copied from my page.",
        "created_at": CREATED_AT,
        "resolved_at": "2026-05-04T09:00:00Z",
        "resolved_by": OWNER,
        **REPORT_RESOLUTION,
    },
    "ReportResolution": REPORT_RESOLUTION,
    "RetriedPhoto": {"photo_id": PHOTO_ID, "status": "pending", "step": "tag"},
    "ShareLink": {
        "id": "019ab1f0-9b00-7a22-9d33-1f2e3d4c5b6a",
        "token": SHARE_TOKEN,
        "url": f"/s/{SHARE_TOKEN}",
        "expires_at": "2026-06-01T00:00:00Z",
        "has_password": True,
        "created_at": CREATED_AT,
    },
    "ShareUnlock": {"password": "by the lake"},
    "SharedAlbum": SHARED_ALBUM,
    "SimilarPhotos": {"items": [{"photo": PHOTO, "similarity": 0.8431}]},
    "Suggestion": {"label": "lake", "count": 3},
    "TagCount": {"label": "lake", "count": 3, "cover": PHOTO},
    "TagDecision": {"state": "accepted"},
    "User": USER,
    "UserChange": {"suspended": True},
}


def example_of(schema: str) -> Example:
    """Return the example of a schema by its name in the document, such as `Album` or `Page_Album_`."""
    if schema.startswith("Page_"):
        return {"items": [EXAMPLES[schema.removeprefix("Page_").removesuffix("_")]], "next_cursor": None}
    return EXAMPLES[schema]
