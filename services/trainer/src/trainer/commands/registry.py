"""`publish`, `promote`, `rollback`, `versions`, `diff` and `predict`: what is served, and by whose leave."""

from trainer.commands.options import new_app

top = new_app()
