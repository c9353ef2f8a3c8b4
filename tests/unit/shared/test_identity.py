"""Signed identities are valid for a minute and only with the gateway's key."""

from datetime import UTC, datetime, timedelta

import jwt
import pytest

from vignette_shared.contracts.identity import ANONYMOUS, Identity, sign_identity, verify_identity
from vignette_shared.errors import AuthenticationRequired

KEY = "k" * 64
ANNA = Identity(user_id="1", username="anna", role="admin", session_id="s", scopes=("read", "admin"))


def test_signed_identity_round_trips() -> None:
    assert verify_identity(sign_identity(ANNA, KEY), KEY) == ANNA
    assert verify_identity(sign_identity(ANONYMOUS, KEY), KEY).user_id is None


def test_admin_needs_role_and_scope() -> None:
    assert ANNA.is_admin
    assert not ANNA.model_copy(update={"scopes": ("read",)}).is_admin
    assert not ANNA.model_copy(update={"role": "user"}).is_admin


def test_identity_signed_with_another_key_is_rejected() -> None:
    with pytest.raises(AuthenticationRequired):
        verify_identity(sign_identity(ANNA, "x" * 64), KEY)


def test_expired_identity_is_rejected() -> None:
    token = sign_identity(ANNA, KEY, now=datetime.now(UTC) - timedelta(minutes=2))
    with pytest.raises(AuthenticationRequired):
        verify_identity(token, KEY)


@pytest.mark.parametrize("token", [None, "", "not.a.token"])
def test_malformed_token_is_rejected(token: str | None) -> None:
    with pytest.raises(AuthenticationRequired):
        verify_identity(token, KEY)


def test_unsigned_token_is_rejected() -> None:
    claims = {
        "iat": datetime.now(UTC),
        "exp": datetime.now(UTC) + timedelta(minutes=1),
        "who": ANNA.model_dump(),
    }
    token = jwt.encode(claims, "", algorithm="none")
    with pytest.raises(AuthenticationRequired):
        verify_identity(token, KEY)


def test_token_without_expiry_is_rejected() -> None:
    token = jwt.encode({"iat": datetime.now(UTC), "who": ANNA.model_dump()}, KEY, algorithm="HS256")
    with pytest.raises(AuthenticationRequired):
        verify_identity(token, KEY)
