"""The built web app: files, caching, policies, and the page shown without a build."""

import gzip
from pathlib import Path

import brotli
import pytest
from tests.support.gateway.fake_photos import FakePhotos
from tests.support.gateway.gateways import Site, gateway_over
from tests.support.gateway.web_build import INDEX
from tests.support.problems import problem

SCRIPT = "console.log('vignette');" * 100
PAGE = {"Accept": "text/html,application/xhtml+xml"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A built app in `dist`, with a secret beside it and a link to it inside."""
    dist = tmp_path / "dist"
    (dist / "assets").mkdir(parents=True)
    (dist / ".vite").mkdir()
    (dist / ".vite" / "manifest.json").write_text("{}")
    (dist / "index.html").write_text(INDEX)
    (dist / "assets" / "index-1a2b.js").write_text(SCRIPT)
    (dist / "assets" / "made-3c4d.js").write_text(SCRIPT)
    (dist / "assets" / "made-3c4d.js.br").write_bytes(b"by the build")
    (dist / "robots.txt").write_text("User-agent: *")
    (tmp_path / "secret.txt").write_text("secret")
    (dist / "link.txt").symlink_to(tmp_path / "secret.txt")
    return dist


@pytest.fixture
def site(folder: Path) -> Site:
    return gateway_over(FakePhotos(), web_dir=folder)


@pytest.mark.parametrize("path", ["/", "/index.html", "/p/019ab1f0", "/signin", "/apiary"])
def test_app_addresses_serve_the_page(site: Site, path: str) -> None:
    answer = site.get(path, headers=PAGE)
    assert answer.status_code == 200
    assert "<title>Vignette" in answer.text
    assert answer.headers["cache-control"] == "no-cache"
    policy = answer.headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "script-src 'self';" in policy
    assert "frame-ancestors 'none'" in policy


@pytest.mark.parametrize(
    "accept", ["br, gzip", "gzip", "gzip;q=0.5, br;q=0", "identity", "br;q=0, gzip; q=0"]
)
def test_assets_are_compressed_and_cached_for_a_year(site: Site, accept: str) -> None:
    answer = site.get("/assets/index-1a2b.js", headers={"Accept-Encoding": accept})
    wanted = {"br, gzip": "br", "gzip": "gzip", "gzip;q=0.5, br;q=0": "gzip"}.get(accept)
    assert answer.headers.get("content-encoding") == wanted
    assert answer.text == SCRIPT
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["vary"] == "Accept-Encoding"


def test_precompressed_files_are_used(folder: Path) -> None:
    (folder / "assets" / "made-3c4d.js.br").write_bytes(brotli.compress(SCRIPT.encode()))
    (folder / "assets" / "made-3c4d.js.gz").write_bytes(gzip.compress(SCRIPT.encode(), 1))
    site = gateway_over(FakePhotos(), web_dir=folder)
    for coding, suffix in (("br", ".br"), ("gzip", ".gz")):
        answer = site.get("/assets/made-3c4d.js", headers={"Accept-Encoding": coding})
        assert answer.text == SCRIPT
        assert (
            int(answer.headers["content-length"]) == (folder / f"assets/made-3c4d.js{suffix}").stat().st_size
        )


def test_matching_etag_returns_304(site: Site) -> None:
    first = site.get("/", headers=PAGE)
    for tag in (first.headers["etag"], f'"other", W/{first.headers["etag"]}', "*"):
        again = site.get("/", headers={**PAGE, "If-None-Match": tag})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == first.headers["etag"]


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.txt",
        "/assets/../../secret.txt",
        "/assets/..%2f..%2fsecret.txt",
        "/%2e%2e/secret.txt",
        "/assets/%2e%2e/%2e%2e/secret.txt",
        "/..\\secret.txt",
        "//etc/passwd",
        "/link.txt",
        "/.vite/manifest.json",
        "/assets/made-3c4d.js.br",
        "/assets/gone.js",
        "/robots.txt%00.js",
    ],
)
def test_only_built_files_are_served(site: Site, path: str) -> None:
    answer = site.get(path)
    assert problem(answer) == (404, "not_found")


@pytest.mark.parametrize("path", ["/api", "/api/v1/none", "/api/v2/photos", "/api/v1/photos/a/b/c"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_unknown_api_address_returns_a_problem_to_browsers(site: Site, path: str, method: str) -> None:
    answer = site.request(method, path, headers=PAGE)
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


def test_missing_asset_returns_404(site: Site) -> None:
    assert site.get("/assets/old-9z.js", headers=PAGE).status_code == 404


def test_pages_accept_only_get_and_head(site: Site) -> None:
    assert site.request("HEAD", "/", headers=PAGE).status_code == 200
    assert site.post("/", headers=PAGE).status_code == 404


def test_unbuilt_app_explains_how_to_build(tmp_path: Path) -> None:
    site = gateway_over(FakePhotos(), web_dir=tmp_path / "dist")
    answer = site.get("/", headers=PAGE)
    assert answer.status_code == 503
    assert "make web" in answer.text
    assert site.get("/api/v1/photos").status_code == 200
    (tmp_path / "dist").mkdir()
    (tmp_path / "dist" / "index.html").write_text(INDEX)
    assert site.get("/", headers=PAGE).status_code == 200
