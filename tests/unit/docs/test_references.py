"""Links and paths in the documentation."""

import re
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[3]
DOCUMENTS = sorted(
    path
    for pattern in ("*.md", "cli/*.md", "docs/**/*.md", "shared/starter/*.md", "tests/*.md")
    for path in REPOSITORY.glob(pattern)
)
LINK = re.compile(r"\]\((?!https?://|mailto:)([^)\s#]*)(#[^)\s]*)?\)")
TEST_FILE = re.compile(r"`(tests/[\w/]+\.py)`")


def heading_anchors(document: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", document.read_text(), re.MULTILINE)
    return {"#" + re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(REPOSITORY)))
def test_relative_links_resolve(document: Path) -> None:
    broken = []
    for path, anchor in LINK.findall(document.read_text()):
        target = document.parent / path if path else document
        is_anchor_known = not anchor or target.suffix != ".md" or anchor in heading_anchors(target)
        if not target.exists() or not is_anchor_known:
            broken.append(path + anchor)
    assert broken == []


def test_security_claims_name_existing_tests() -> None:
    named = TEST_FILE.findall((REPOSITORY / "SECURITY.md").read_text())
    assert len(named) >= 20
    assert [path for path in named if not (REPOSITORY / path).is_file()] == []


def test_every_decision_is_listed() -> None:
    folder = REPOSITORY / "docs" / "decisions"
    listed = re.findall(r"\((\d{4}-[\w-]+\.md)\)", (folder / "README.md").read_text())
    assert listed == sorted(path.name for path in folder.glob("0*.md"))


def test_glossary_names_existing_modules() -> None:
    modules = re.findall(
        r"\| `([a-z_]+(?:\.[a-z_]+)*)` \|$", (REPOSITORY / "docs/glossary.md").read_text(), re.MULTILINE
    )
    assert len(modules) >= 40
    assert [module for module in modules if not is_module(module)] == []


def is_module(name: str) -> bool:
    relative = Path(*name.split("."))
    sources = (*REPOSITORY.glob("services/*/src"), REPOSITORY / "shared/src")
    return any(
        (source / relative).is_dir() or (source / relative).with_suffix(".py").is_file() for source in sources
    )
