"""`make code-figures`: compare the code of a git revision with the working tree in a Markdown table.

Lines and files cover the Python, TypeScript and CSS of the members and the tests, without generated files.
Figures on functions and comments cover the members alone, without database migrations.
docs/development.md shows the table.
"""

import ast
import importlib
import re
import statistics
import subprocess
import sys
import tarfile
import tempfile
import tokenize
from collections import Counter
from collections.abc import Iterator, Mapping
from io import BytesIO, StringIO
from pathlib import Path

import grimp

MEMBERS = {
    "gateway": "services/gateway/src",
    "photos": "services/photos/src",
    "tagger worker": "services/tagger-worker/src",
    "trainer": "services/trainer/src",
    "shared": "shared/src",
    "command line": "cli/src",
    "web": "web/src",
    "tests": "tests",
}
GENERATED = {"schema.d.ts", "baseline-openapi.json"}
LONG_FILE = 400
"""Lines; docs call for a hard look at files beyond it."""

# Alternatives are tried from the left, so a `//` inside a string or a template does not start a comment.
_TYPESCRIPT = re.compile(
    r"""(?P<text>"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`)|(?P<comment>/\*.*?\*/|//[^\n]*)""",
    re.S,
)
_IMPORT = re.compile(r"""^\s*(?:import|export)\s(?:[^'";]*?\sfrom\s)?\s*['"]([^'"]+)['"]""", re.M)


def main(revision: str) -> None:
    root = Path(__file__).parent.parent
    archive = subprocess.run(["git", "archive", revision], cwd=root, check=True, capture_output=True)
    with tempfile.TemporaryDirectory() as folder:
        with tarfile.open(fileobj=BytesIO(archive.stdout)) as tree:
            tree.extractall(folder, filter="data")
        before = measure(Path(folder))
    after = measure(root)
    print(f"| figure | {revision} | working tree |\n|---|---:|---:|")
    for name in before:
        print(f"| {name} | {before[name]} | {after[name]} |")


def measure(root: Path) -> dict[str, str]:
    """Return each figure of the tree at `root` as text, in the order of the table."""
    files = {path: path.read_text() for folder in MEMBERS.values() for path in source_files(root / folder)}
    python = {
        path: text
        for path, text in files.items()
        if path.suffix == ".py" and "migrations" not in path.parts and not path.is_relative_to(root / "tests")
    }
    typescript = {path: text for path, text in files.items() if path.suffix in {".ts", ".tsx"}}
    functions = sorted(function_lengths(python))
    lengths = [length for length, _ in functions]
    folders = Counter(path.parent for path in files)
    largest, count = folders.most_common(1)[0]
    graphs = {name: python_imports(root / folder) for name, folder in MEMBERS.items() if name != "tests"}
    graphs["web"] = typescript_imports(root / MEMBERS["web"], typescript)
    everything = "\n".join(files.values())
    return {
        **{f"lines, {name}": f"{count_lines(files, root / folder):,}" for name, folder in MEMBERS.items()},
        "lines, all": f"{count_lines(files, root):,}",
        "files": f"{len(files):,}",
        "lines per file, median": f"{statistics.median(len(text.splitlines()) for text in files.values()):g}",
        f"files over {LONG_FILE} lines": str(sum(len(t.splitlines()) > LONG_FILE for t in files.values())),
        "largest folder": f"{largest.relative_to(root)}: {count} files",
        **{f"modules and imports, {name}": arrows(graphs[name]) for name in ("photos", "trainer", "shared")},
        "import cycles between modules": str(sum(len(cycles(graph)) for graph in graphs.values())),
        **{
            f"import cycles between packages, {name}": describe_cycles(graph)
            for name, graph in graphs.items()
        },
        "lines per function, median (Python)": f"{statistics.median(lengths):g}",
        "lines per function, 90th percentile (Python)": f"{statistics.quantiles(lengths, n=10)[-1]:g}",
        "longest function (Python)": f"{functions[-1][1]}: {lengths[-1]} lines",
        "comment lines per code line, Python": share(
            comment_and_code_lines(text) for text in python.values()
        ),
        "comment lines per code line, TypeScript": share(
            typescript_comment_and_code_lines(text) for text in typescript.values()
        ),
        "noqa": str(len(re.findall(r"#\s*noqa\b", everything))),
        "dict[str, Any]": str(everything.count("dict[str, Any]")),
    }


def source_files(folder: Path) -> list[Path]:
    """Return the hand-written source files under a folder, sorted; none if there is no such folder."""
    kinds = {".py", ".ts", ".tsx", ".css"}
    return sorted(path for path in folder.rglob("*") if path.suffix in kinds and path.name not in GENERATED)


def count_lines(files: Mapping[Path, str], folder: Path) -> int:
    return sum(len(text.splitlines()) for path, text in files.items() if path.is_relative_to(folder))


def function_lengths(files: Mapping[Path, str]) -> Iterator[tuple[int, str]]:
    """Yield the lines of each Python function, signature and docstring included, with `file.function`."""
    for path, text in files.items():
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield (node.end_lineno or node.lineno) - node.lineno + 1, f"{path.stem}.{node.name}"


def comment_and_code_lines(text: str) -> tuple[int, int]:
    """Return how many lines of a Python file hold a comment and how many code; docstrings are neither."""
    strings = [
        node
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    ]
    docstrings = {line for node in strings for line in range(node.lineno, (node.end_lineno or 0) + 1)}
    layout = {tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}
    comments: set[int] = set()
    code: set[int] = set()
    for token in tokenize.generate_tokens(StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            comments.add(token.start[0])
        elif token.type not in layout:
            code.update(range(token.start[0], token.end[0] + 1))
    return len(comments), len(code - docstrings)


def typescript_comment_and_code_lines(text: str) -> tuple[int, int]:
    """Return how many lines of a TypeScript file hold a comment and how many hold code."""
    comments = sum(m["comment"].count("\n") + 1 for m in _TYPESCRIPT.finditer(text) if m["comment"])
    code = _TYPESCRIPT.sub(lambda match: match["text"] or "", text)
    return comments, sum(bool(line.strip()) for line in code.splitlines())


def share(counts: Iterator[tuple[int, int]]) -> str:
    comments, code = map(sum, zip(*counts, strict=True))
    return f"{comments / code:.1%}"


def python_imports(folder: Path) -> dict[str, set[str]]:
    """Return which modules each module of the packages in a source folder imports, within its package."""
    packages = [path.parent.name for path in folder.glob("*/__init__.py")]
    # Ahead of the installed members: grimp looks packages up as Python would.
    sys.path.insert(0, str(folder))
    importlib.invalidate_caches()
    try:
        graphs = [grimp.build_graph(package, cache_dir=None) for package in packages]
    finally:
        sys.path.remove(str(folder))
    return {
        module: graph.find_modules_directly_imported_by(module)
        for graph in graphs
        for module in graph.modules
    }


def typescript_imports(root: Path, files: Mapping[Path, str]) -> dict[str, set[str]]:
    """Return which files each file under `root` imports statically; `@/` stands for `root`."""
    graph: dict[str, set[str]] = {}
    for path, text in files.items():
        names = [
            root / name[2:] if name.startswith("@/") else path.parent / name
            for name in _IMPORT.findall(text)
            if name.startswith(("@/", "."))
        ]
        targets = {resolved for name in names if (resolved := _resolve(name)) in files}
        graph[str(path.relative_to(root))] = {str(target.relative_to(root)) for target in targets}
    return graph


def _resolve(name: Path) -> Path:
    plain = name.resolve()
    ends = (".ts", ".tsx", "/index.ts", "/index.tsx")
    return next((path for end in ends if (path := Path(f"{plain}{end}")).is_file()), plain)


def arrows(graph: Mapping[str, set[str]]) -> str:
    return f"{len(graph)}, {sum(map(len, graph.values()))}"


def describe_cycles(modules: Mapping[str, set[str]]) -> str:
    found = cycles(by_package(modules))
    return "; ".join(" ↔ ".join(group) for group in sorted(map(sorted, found))) or "0"


def by_package(modules: Mapping[str, set[str]]) -> dict[str, set[str]]:
    """Return the imports between a member's packages: `trainer.head`, or `features/albums` on the web."""
    packages: dict[str, set[str]] = {}
    for module, imported in modules.items():
        package = _package(module)
        packages.setdefault(package, set()).update({_package(name) for name in imported} - {package})
    return packages


def _package(module: str) -> str:
    separator = "/" if "/" in module else "."
    return separator.join(module.split(separator)[:2])


def cycles(graph: Mapping[str, set[str]]) -> list[set[str]]:
    """Return the groups of two or more modules that import each other, directly or indirectly."""
    reach = {module: _reachable(graph, module) for module in graph}
    groups = {frozenset(other for other in reach[module] if module in reach[other]) for module in graph}
    return [set(group) for group in groups if len(group) > 1]


def _reachable(graph: Mapping[str, set[str]], start: str) -> set[str]:
    reached: set[str] = set()
    pending = [start]
    while pending:
        for module in graph.get(pending.pop(), set()) - reached:
            reached.add(module)
            pending.append(module)
    return reached


if __name__ == "__main__":
    main(*sys.argv[1:])
