"""What ends a command: one line on stderr that says what to do next, and exit status 2."""

from typing import Any

from vignette_shared.errors import VignetteError


class CommandError(VignetteError):
    """The command can't be done as it was given."""

    code, title = "command_error", "The command can't be done"


class NotSignedIn(CommandError):
    code, title = "not_signed_in", "Sign in first: vignette login"


class Unreachable(CommandError):
    """No answer, or none that makes sense, after all attempts."""

    code, title = "unreachable", "The server does not answer"


class FileTrouble(CommandError):
    """A local file that can't be read or written."""

    code, title = "file_trouble", "The file can't be used"


class Stopped(CommandError):
    """Ctrl-C came: leave everything so that the next run goes on from here."""

    code, title = "stopped", "Stopped"


class Refused(CommandError):
    """The server's problem document, as an error; `status` and `code` are the server's."""

    def __init__(self, status: int, code: str, detail: str, **extra: Any) -> None:
        super().__init__(detail, **extra)
        self.http_status = status
        self.problem_code = code

    @property
    def line(self) -> str:
        return f"{self.detail} [{self.problem_code}]"
