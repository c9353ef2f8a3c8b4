"""Passwords: strength check, argon2id hashes, verification in constant time."""

import secrets
import threading
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from vignette_shared.errors import WeakPassword

MIN_PASSWORD = 10
"""Characters."""
COMMON = 10_000
"""How many of the most common passwords are refused, from zxcvbn's ranking of 10 million leaked ones."""

HASHES_AT_A_TIME = 4
"""Each hash takes 64 MiB while it runs; without a limit a burst of logins would exhaust the memory."""


class Passwords:
    """argon2id with the library's parameters, which are RFC 9106's second recommendation."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        # A semaphore rather than a smaller thread pool: other requests need the threads meanwhile.
        self._turn = threading.BoundedSemaphore(HASHES_AT_A_TIME)
        # A hash of an unguessable password, for unknown users to be verified against.
        self._nobody = self._hasher.hash(secrets.token_urlsafe())

    def hash(self, password: str) -> str:
        with self._turn:
            return self._hasher.hash(password)

    def verify(self, password_hash: str | None, password: str) -> bool:
        """Verify a password; None, for an unknown user, takes as long, so timing reveals no accounts."""
        with self._turn:
            try:
                matches = self._hasher.verify(password_hash or self._nobody, password)
            except (VerificationError, InvalidHashError):
                return False
        return matches and password_hash is not None


def require_strong(password: str) -> None:
    """Raises `WeakPassword`."""
    if len(password) < MIN_PASSWORD:
        raise WeakPassword(f"The password must have at least {MIN_PASSWORD} characters.")
    # A list instead of composition rules, as NIST SP 800-63B advises.
    if password.lower() in _common():
        raise WeakPassword("This is one of the most common passwords: choose another.")


@cache
def _common() -> frozenset[str]:
    ranked = list(FREQUENCY_LISTS["passwords"])[:COMMON]
    return frozenset(word for word in ranked if len(word) >= MIN_PASSWORD)
