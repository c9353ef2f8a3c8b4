"""The figures of `make code-figures`, on small made trees."""

from pathlib import Path

import pytest
from bench.code_figures import (
    by_package,
    comment_and_code_lines,
    cycles,
    function_lengths,
    typescript_comment_and_code_lines,
    typescript_imports,
)

MODULE = '''"""The module's docstring
has two lines."""

# A line of its own.
LIMIT = 3  # beside code


def double(value: int) -> int:
    """Return twice the value."""
    text = """a string
    # not a comment"""
    return value * len(text)
'''


def test_docstrings_count_neither_as_comments_nor_as_code() -> None:
    assert comment_and_code_lines(MODULE) == (2, 5)


def test_function_length_spans_signature_and_docstring() -> None:
    assert list(function_lengths({Path("module.py"): MODULE})) == [(5, "module.double")]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("const a = 1\n", (0, 1)),
        ("// why\nconst a = 1 // and why\n", (2, 1)),
        ("/* two\n   lines */\nconst a = 1\n", (2, 1)),
        ("const url = 'https://example.org'\n", (0, 1)),
        ("const text = `//\n${a}`\n", (0, 2)),
    ],
)
def test_typescript_comments_ignore_strings(source: str, expected: tuple[int, int]) -> None:
    assert typescript_comment_and_code_lines(source) == expected


def test_typescript_imports_resolve_aliases_and_folders(tmp_path: Path) -> None:
    sources = {
        "app/main.tsx": "import { a } from '@/shared/api'\nimport type { B } from './types'\n",
        "app/types.ts": "export type B = 1\n",
        "shared/api/index.ts": "export {\n  a,\n} from '../../app/types'\n",
    }
    files = {tmp_path / name: text for name, text in sources.items()}
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    assert typescript_imports(tmp_path, files) == {
        "app/main.tsx": {"shared/api/index.ts", "app/types.ts"},
        "app/types.ts": set(),
        "shared/api/index.ts": {"app/types.ts"},
    }


def test_cycles_groups_modules_that_reach_each_other() -> None:
    graph = {"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}, "e": set()}
    assert cycles(graph) == [{"a", "b", "c"}]


def test_by_package_merges_the_imports_of_its_modules() -> None:
    graph = {
        "trainer.head.fit": {"trainer.head.losses", "trainer.dataset.split"},
        "trainer.dataset.split": set(),
    }
    assert by_package(graph) == {"trainer.head": {"trainer.dataset"}, "trainer.dataset": set()}
