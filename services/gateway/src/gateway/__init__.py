"""The only public door of Vignette: no database, no pixels."""
