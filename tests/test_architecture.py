"""The house as the map draws it: arrows, mirror, sizes, docstrings."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MODULES = sorted((ROOT / "app").rglob("*.py"))
MAX_FILE_LINES = 400
MAX_FUNCTION_LINES = 50

# From the ground up: a module may import from its own layer's room and from the layers below it.
LAYERS: tuple[tuple[str, ...], ...] = (
    ("forecasting",),
    (
        "errors",
        "fields",
        "settings",
        "scoring",
        "coding",
        "strict_json",
        "recent",
        "reach",
        "atomic",
        "tracing",
        "breaker",
        "signals",
    ),
    ("heavy",),
    ("db", "interpreter", "pagination", "rows"),
    ("answer_headers", "conditional", "bodies", "problem_kinds"),
    ("problems", "parameters", "negotiation"),
    ("keys", "tokens", "answers", "admission", "connections"),
    ("security", "revisions"),
    ("sources",),
    ("actors", "domains"),
    ("feeds",),
    ("events", "profiles", "proposals", "rollups", "forecasts"),
    ("records",),
    ("imports", "schema", "backtests"),
    ("recommendations", "starter"),
    ("listings",),
    ("rankings", "windows", "scorecards", "backups"),
    ("health", "openapi", "report", "telemetry"),
    ("main", "server", "key_commands", "event_commands", "backup_commands", "forecast_commands"),
    ("rollup_commands", "catalogue_commands", "serve_commands", "backtest_commands"),
    ("cli",),
)
PURE = ("forecasting", "scoring", "coding")
PURE_MAY_IMPORT = {
    "bisect",
    "collections",
    "collections.abc",
    "dataclasses",
    "datetime",
    "decimal",
    "difflib",
    "fractions",
    "functools",
    "itertools",
    "json",
    "math",
    "operator",
    "re",
    "numpy",
    "numpy.typing",
    "scipy",
    "typing",
    "urllib.parse",
}


def room_of(module: str) -> str:
    return module.removeprefix("app.").split(".")[0]


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts).removesuffix(".__init__")


def imports_of(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            if node.module == "app":
                yield from (f"app.{alias.name}" for alias in node.names)
            else:
                yield node.module or ""


def layer_of(room: str) -> int:
    return next(n for n, rooms in enumerate(LAYERS) if room in rooms)


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_arrows_go_down_only(path: Path) -> None:
    own = room_of(name_of(path))
    if own == "app":
        return
    for module in imports_of(path):
        other = room_of(module)
        if not module.startswith("app.") or other in (own, "__version__"):
            continue
        assert layer_of(other) < layer_of(own), f"{own} imports {module}"


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_pure_rooms_import_nothing_that_does_io(path: Path) -> None:
    if room_of(name_of(path)) not in PURE:
        return
    foreign = {m for m in imports_of(path) if room_of(m) not in PURE}
    assert foreign <= PURE_MAY_IMPORT


@pytest.mark.parametrize("path", [*MODULES, *(ROOT / "tests").rglob("*.py")], ids=name_of)
def test_files_and_functions_can_be_held_in_the_head(path: Path) -> None:
    text = path.read_text()
    assert len(text.splitlines()) <= MAX_FILE_LINES
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert (node.end_lineno or 0) - node.lineno < MAX_FUNCTION_LINES, node.name


@pytest.mark.parametrize("path", sorted((ROOT / "tests").rglob("test_*.py")), ids=name_of)
def test_tests_mirror_the_code(path: Path) -> None:
    own = path.relative_to(ROOT / "tests")
    mirrored = ROOT / "app" / own.parent / own.name.removeprefix("test_")
    about_the_project = {
        "test_architecture.py",
        "test_documents.py",
        "test_judged.py",
        "test_contract.py",
        "test_hostile.py",
        "test_kills.py",
        "test_mixed_load.py",
        "test_clients.py",
        "test_deploy.py",
    }
    assert mirrored.exists() or own.name in about_the_project


def test_every_function_of_the_layers_has_a_place() -> None:
    rooms = {room_of(name_of(p)) for p in MODULES} - {"app"}
    assert rooms == {room for layer in LAYERS for room in layer}


def test_only_the_ground_commits() -> None:
    for path in MODULES:
        if path.name != "db.py":
            assert ".commit(" not in path.read_text(), path
