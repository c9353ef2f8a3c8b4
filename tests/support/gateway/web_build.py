"""A minimal build of the web app."""

INDEX = """<!doctype html><html><head><title>Vignette</title>
<meta name="description" content="Share photos that describe themselves." />
</head><body><p>App</p><div id="root"></div>
<noscript>Vignette needs JavaScript to show its pages.</noscript></body></html>"""
"""An `index.html` with every placeholder that the gateway fills."""
