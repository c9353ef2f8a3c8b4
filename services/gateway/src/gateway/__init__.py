"""The only public service of Vignette; it has no database and decodes no images."""
