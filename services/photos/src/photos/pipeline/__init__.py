"""The pipeline of a photo, from stored to rendered to tagged, and the models it uses."""
