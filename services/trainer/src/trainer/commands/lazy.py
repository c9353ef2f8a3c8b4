"""A command group that imports a command's module when the command runs."""

from importlib import import_module
from typing import Any, ClassVar

import typer
from typer.core import TyperGroup


class LazyGroup(TyperGroup):
    """List commands without importing them; import one when it is invoked.

    A training command imports OpenVINO, SciPy and cleanlab, which takes seconds. `--help` and a mistyped
    command need none of them.

    Attributes:
        lazy: for each command, its module in `trainer.commands` and its one-line help.
    """

    # A table rather than `LazyLoader` or plug-ins: see docs/decisions/0030.
    lazy: ClassVar[dict[str, tuple[str, str]]] = {}

    def list_commands(self, ctx: Any) -> list[str]:
        del ctx
        return list(self.lazy)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        del ctx
        if cmd_name not in self.lazy:
            return None
        module, _ = self.lazy[cmd_name]
        command: Any = typer.main.get_command(import_module(f"trainer.commands.{module}").app)
        # A module holds either one group, or commands that belong at the top level.
        return getattr(command, "commands", {}).get(cmd_name, command)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, help_text) for name, (_, help_text) in self.lazy.items()])
