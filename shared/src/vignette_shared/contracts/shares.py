"""How gateway and photos pass on that a share link's password was given: a cookie outside, headers inside."""

PROOF_HEADER = "X-Share-Proof"
"""The proof itself, signed by photos; whoever sends it by hand gains nothing but what the cookie gives."""
PROOF_SECONDS_HEADER = "X-Share-Proof-Seconds"
"""How long it holds."""
PASSWORD_HEADER = "X-Share-Password"  # noqa: S105 - the name of a header
"""A link's password, sent by clients that keep no cookies."""
