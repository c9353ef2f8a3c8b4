"""Reading problem documents (RFC 9457)."""

import httpx


def problem(answer: httpx.Response) -> tuple[int, str]:
    """Return the status and the code of a problem response."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    return answer.status_code, answer.json()["code"]
