"""Errors that end a command with one line on stderr and exit status 2."""

from typing import ClassVar


class CommandError(Exception):
    """Base of all expected errors; `detail` says what happened and what to do next."""

    code: ClassVar[str] = "command_error"

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


class NotSignedIn(CommandError):
    """There are no credentials, or the server rejects them."""

    code = "not_signed_in"


class Unreachable(CommandError):
    """The server gave no answer, or none that this client understands, in any attempt."""

    code = "unreachable"


class FileError(CommandError):
    """A local file can't be read or written."""

    code = "file_trouble"


class Stopped(CommandError):
    """Ctrl-C was pressed; the next run resumes the work."""

    code = "stopped"

    def __init__(self, detail: str = "Stopped") -> None:
        super().__init__(detail)


class Refused(CommandError):
    """The server answered with a problem document.

    Args:
        status: HTTP status.
        code: the server's stable code.
        position: where a search query can't be read, in characters from its start.
        retry_after_s: seconds that the server asks to wait before a retry; 0 without such a request.
    """

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        *,
        position: int | None = None,
        retry_after_s: float = 0.0,
    ) -> None:
        super().__init__(detail)
        self.http_status = status
        self.problem_code = code
        self.position = position
        self.retry_after_s = retry_after_s

    @property
    def line(self) -> str:
        return f"{self.detail} [{self.problem_code}]"
