"""Weak passwords are rejected, and unknown users take as long to check as known ones."""

from typing import Literal

import pytest
from argon2 import PasswordHasher

from photos.kernel.passwords import Passwords, require_strong
from vignette_shared.errors import WeakPassword


@pytest.mark.parametrize("password", ["short", "123456789", "1234567890", "QwertyUiop", "password123"])
def test_short_and_common_passwords_are_rejected(password: str) -> None:
    with pytest.raises(WeakPassword):
        require_strong(password)


@pytest.mark.parametrize("password", ["a walk along the lake", "зимний вечер", "x" * 1024])
def test_other_passwords_are_accepted(password: str) -> None:
    require_strong(password)


def test_hashes_are_argon2id_and_salted() -> None:
    passwords = Passwords()
    one, other = passwords.hash("a walk along"), passwords.hash("a walk along")
    assert one.startswith("$argon2id$")
    assert one != other
    assert passwords.verify(one, "a walk along")
    assert not passwords.verify(one, "a walk alonG")


def test_unknown_user_takes_a_verification_and_never_matches() -> None:
    checked = []

    class Counting(PasswordHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:
            checked.append((hash, password))
            return True

    passwords = Passwords(Counting(time_cost=1, memory_cost=8, parallelism=1))
    assert not passwords.verify(None, "anything")
    assert str(checked[0][0]).startswith("$argon2id$")
