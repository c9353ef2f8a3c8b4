"""The whole of Vignette as native processes on one machine: what `make up` and `make down` run."""
