"""The shape of the code, checked: sizes, who imports what, what a start loads. (import-linter checks the layers.)"""

from __future__ import annotations

import ast
import importlib.metadata
import json
import re
import statistics
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from chat_studio.providers.base import Provider
from chat_studio.providers.registry import kinds, provider_class

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "chat_studio"
SOURCES = sorted(PACKAGE.rglob("*.py"))
HEAVY = ("httpx", "keyring", "click", "markdown_it", "pygments", "filelock")
HOMES = {
    "httpx": "net/",
    "h11": "net/",
    "PySide6": "ui/",
    "qasync": "ui/aio.py",
    "keyring": "connections/",
    "sqlite3": "history/",
    "click": "cli/",
}
"""The only place that may import each of these."""
FOREIGN = re.compile(
    r"/(?:root|home|Users|work|tmp/\w)[\w.]*/|https?://[^/\s]*(?:mirror|artifactory|nexus|proxy\.(?!runpod\.))[^/\s]*/",
    re.I,
)
"""Paths of somebody's machine and addresses of somebody's package index."""


def name(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


def lines(path: Path) -> int:
    return path.read_text(encoding="utf-8").count("\n")


def test_no_file_is_longer_than_400_lines() -> None:
    assert {name(path): lines(path) for path in SOURCES if lines(path) > 400} == {}


def test_half_of_the_files_have_at_most_150_lines() -> None:
    assert statistics.median(lines(path) for path in SOURCES if lines(path)) <= 150


def imports(path: Path) -> set[str]:
    """The modules, and names in them, that a file imports anywhere, and the packages that they belong to."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found | {module.split(".")[0] for module in found}


@pytest.mark.parametrize("library", HOMES)
def test_a_library_is_imported_in_its_place_only(library: str) -> None:
    importers = {name(path) for path in SOURCES if library in imports(path)}
    assert {path for path in importers if not path.startswith(HOMES[library])} == set()


def test_kinds_of_providers_are_reached_through_the_registry_only() -> None:
    """So that a new kind is one new file."""
    outside = [path for path in SOURCES if not name(path).startswith("providers/")]
    names = {found for path in outside for found in imports(path) if found.startswith("chat_studio.providers.")}
    assert {found.split(".")[2] for found in names} == {"base", "registry", "values"}


def test_what_is_imported_is_declared_and_the_other_way_round() -> None:
    """A library that only happens to be installed here would be missing everywhere else."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = {re.match(r"[\w-]+", line)[0].lower().replace("_", "-") for line in project["dependencies"]}
    modules = {module for path in SOURCES for module in imports(path) if "." not in module}
    outside = modules - set(sys.stdlib_module_names) - {"chat_studio"}
    owners = importlib.metadata.packages_distributions()
    needed = {owners[module][0].lower().replace("_", "-") for module in outside}
    assert needed == declared


def test_no_dialog_runs_an_event_loop_of_its_own() -> None:
    nested = re.compile(r"\.exec_?\(")
    found = [name(path) for path in (PACKAGE / "ui").rglob("*.py") if nested.search(path.read_text(encoding="utf-8"))]
    assert found == []


@pytest.mark.parametrize("module", ["chat_studio.__main__", "chat_studio.studio", "chat_studio.ui.app"])
def test_a_start_imports_nothing_heavy(module: str) -> None:
    program = f"import json, sys, {module}; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    loaded = set(json.loads(done.stdout))
    own = {f"chat_studio.providers.{kind}" for kind in kinds()}
    assert loaded & (set(HEAVY) | own) == set()


@pytest.mark.parametrize("kind", kinds())
def test_every_provider_is_found_by_the_name_of_its_file(kind: str) -> None:
    found = provider_class(kind)
    assert issubclass(found, Provider)
    assert found.kind == kind
    assert found.label


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / entry for entry in listed.split("\0") if entry]


def test_no_file_tells_of_the_machine_it_was_made_on() -> None:
    found = []
    for path in tracked():
        if path.is_file() and path != Path(__file__):
            text = path.read_bytes().decode("utf-8", "ignore")
            found += [f"{path.relative_to(ROOT)}: {match[0]}" for match in FOREIGN.finditer(text)]
    assert found == []


def test_the_lock_file_pins_everything_by_hash_and_names_no_index() -> None:
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert not re.search(r"://|--(?:extra-)?index-url|--find-links|--trusted-host", text)
    entries = [entry for entry in re.split(r"\n(?=\S)", text) if entry.strip()]
    assert all(re.match(r"[\w.\[\]-]+==\S+", entry) and "--hash=sha256:" in entry for entry in entries)
