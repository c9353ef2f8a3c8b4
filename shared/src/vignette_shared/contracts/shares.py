"""Headers between gateway and photos for share links with a password; browsers keep the proof in a cookie."""

PROOF_HEADER = "X-Share-Proof"
"""Proof that the guest entered the password, signed by photos. It grants no more than the cookie does."""
PROOF_SECONDS_HEADER = "X-Share-Proof-Seconds"
"""Seconds for which the proof is valid."""
PASSWORD_HEADER = "X-Share-Password"  # noqa: S105 - the name of a header
"""A link's password, sent by clients that keep no cookies."""
