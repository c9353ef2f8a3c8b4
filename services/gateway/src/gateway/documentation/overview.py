"""What the OpenAPI document says about the API as a whole."""

TAGS = [
    {"name": "auth", "description": "Accounts, sessions and API keys."},
    {"name": "people", "description": "Public profiles, following and blocking."},
    {"name": "photos", "description": "Photos, their files, tags and comments."},
    {
        "name": "albums",
        "description": "Albums, their order, and share links that open them without an account.",
    },
    {"name": "uploads", "description": "Resumable uploads with tus 1.0.0."},
    {"name": "tagging", "description": "Published models, and tags for images that are not stored."},
    {"name": "events", "description": "Server-sent events about the caller's photos."},
    {
        "name": "admin",
        "description": "Moderation, accounts and queues. Requires an admin with the scope `admin`.",
    },
    {"name": "operations", "description": "Health and metrics, outside `/api/v1`."},
]
DESCRIPTION = """\
Vignette stores photos and tags them automatically within seconds of the upload.

**Errors** are `application/problem+json` (RFC 9457). Switch on `code`, which is stable.

**Authentication.** Send `Authorization: Bearer <token>` with the `access_token` of a login or with an API key
(`vgn_…`). API keys have the scopes `read`, `write` or `admin`. Browsers may use the `session` cookie that
`POST /auth/login` sets; requests that change something then need an `Origin` header that names this site.

**Pagination.** Lists are pages, `{"items": […], "next_cursor": …}`. Pass `next_cursor` as `cursor` to get the
next page; it is null on the last one.

**Rate limits.** Requests over a limit are answered with 429 and `Retry-After` in seconds.

Times are RFC 3339 in UTC. IDs are UUIDs. Every GET operation that returns data also supports HEAD."""
