"""Who may call an operation: one rule for the gateway, which refuses early, and photos, which verifies."""

from typing import Literal

from vignette_shared.contracts.identity import Identity
from vignette_shared.errors import AuthenticationRequired, Forbidden, MissingScope

Access = Literal["open", "anyone", "read", "write", "session", "admin"]
"""`open` ignores credentials. `anyone` accepts anonymous callers. `read` and `write` need an account and the
scope, `session` a password sign-in instead of an API key, `admin` an admin with the scope."""
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def authorize(identity: Identity, access: Access, method: str) -> None:
    """Raise unless the caller may use `method` on an operation with this access.

    Raises:
        AuthenticationRequired: the caller is anonymous and needs an account.
        MissingScope: the caller's API key lacks a scope.
        Forbidden: the caller used an API key where a session is needed, or is not an admin.
    """
    if access == "open":
        return
    if access == "anyone":
        # A key without `read` must not see what its owner sees and the public does not.
        if identity.user_id is not None and method in SAFE_METHODS:
            _require_scope(identity, "read")
        return
    if identity.user_id is None:
        raise AuthenticationRequired
    if access == "session":
        # A leaked key must not be able to create further keys or change the password.
        if identity.session_id is None:
            raise Forbidden("API keys can't manage passwords, keys or the account. Sign in with a password.")
        return
    if access == "admin" and identity.role != "admin":
        raise Forbidden("Only admins may do this.")
    _require_scope(identity, access)


def _require_scope(identity: Identity, scope: Literal["read", "write", "admin"]) -> None:
    if scope not in identity.scopes:
        raise MissingScope(f"This request needs an API key with the scope `{scope}`.")
