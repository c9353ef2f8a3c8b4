"""Readers of annotated images, one module for each format. `trainer.dataset.loading` chooses among them."""
