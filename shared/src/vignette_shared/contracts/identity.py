"""The caller's identity, which the gateway signs and passes on to the photos service.

The gateway resolves the session cookie, token or API key of a request once. A signature that expires after a
minute limits what a leaked header is worth.
"""

from datetime import UTC, datetime, timedelta
from typing import Literal

import jwt
from pydantic import BaseModel, ConfigDict, ValidationError

from vignette_shared.errors import AuthenticationRequired

IDENTITY_HEADER = "X-Vignette-Identity"
LIFETIME = timedelta(seconds=60)
Scope = Literal["read", "write", "admin"]


class Identity(BaseModel):
    """The caller of a request. `user_id` is None if the caller is not signed in."""

    model_config = ConfigDict(frozen=True)

    user_id: str | None = None
    username: str | None = None
    role: Literal["user", "admin"] = "user"
    session_id: str | None = None
    scopes: tuple[Scope, ...] = ()

    @property
    def is_admin(self) -> bool:
        return self.role == "admin" and "admin" in self.scopes


ANONYMOUS = Identity()


def sign_identity(identity: Identity, key: str, *, now: datetime | None = None) -> str:
    """Return a JWT (HS256) of the identity that is valid for one minute."""
    issued = now or datetime.now(UTC)
    claims = {"iat": issued, "exp": issued + LIFETIME, "who": identity.model_dump(mode="json")}
    return jwt.encode(claims, key, algorithm="HS256")


def verify_identity(token: str | None, key: str) -> Identity:
    """Verify and return a signed identity.

    Raises:
        AuthenticationRequired: the token is missing, invalid or expired.
    """
    if not token:
        raise AuthenticationRequired("This service accepts requests only from the gateway.")
    try:
        # A fixed algorithm, or a token could choose `none`; a required expiry, or it could have none.
        claims = jwt.decode(token, key, algorithms=["HS256"], options={"require": ["exp", "iat", "who"]})
        return Identity.model_validate(claims["who"])
    except (jwt.InvalidTokenError, ValidationError) as error:
        raise AuthenticationRequired("This service accepts requests only from the gateway.") from error
