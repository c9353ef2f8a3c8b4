"""Interactive docs at /api/docs: Swagger UI from an installed package rather than from another host."""

from importlib.resources import files

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.staticfiles import StaticFiles

from gateway.middleware.security_headers import PAGE_POLICY
from vignette_shared.errors import NotFound

ASSETS = ("swagger-ui-bundle.js", "swagger-ui.css", "favicon.png")
STATIC = "/api/docs/static"
PAGE = f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Vignette API</title>
<link rel="icon" href="{STATIC}/favicon.png">
<link rel="stylesheet" href="{STATIC}/swagger-ui.css">
</head>
<body>
<div id="docs"></div>
<script src="{STATIC}/swagger-ui-bundle.js"></script>
<script src="{STATIC}/start.js"></script>
</body>
</html>
"""
START = """SwaggerUIBundle({
  url: "/api/v1/openapi.json", dom_id: "#docs", deepLinking: true, validatorUrl: null,
  presets: [SwaggerUIBundle.presets.apis], layout: "BaseLayout"
});
"""


def add_docs(app: FastAPI) -> None:
    """Serve the page and its files."""
    folder = StaticFiles(directory=str(files("fastapi_offline") / "static"))

    async def page(_: Request) -> Response:
        return HTMLResponse(
            PAGE, headers={"Content-Security-Policy": PAGE_POLICY, "Cache-Control": "no-cache"}
        )

    async def start(_: Request) -> Response:
        return Response(START, media_type="text/javascript", headers={"Cache-Control": "no-cache"})

    async def asset(request: Request) -> Response:
        name: str = request.path_params["name"]
        if name not in ASSETS:
            raise NotFound
        response = await folder.get_response(name, request.scope)
        response.headers["Cache-Control"] = "no-cache"
        return response

    app.add_route("/api/docs", page, include_in_schema=False)
    app.add_route(f"{STATIC}/start.js", start, include_in_schema=False)
    app.add_route(f"{STATIC}/{{name}}", asset, include_in_schema=False)
