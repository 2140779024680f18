"""The README keeps its word: its commands, links and routes exist."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.house.repository import ROOT, tracked

README = (ROOT / "README.md").read_text(encoding="utf-8")
SHELL = "\n".join(re.findall(r"```sh\n(.*?)```", README, flags=re.DOTALL)).replace("\\\n", " ")
PAGES = [path for path in tracked() if path.suffix == ".md"]


def commands(program: str) -> list[list[str]]:
    """Return the words after `program` of each README command that runs it."""
    lines = (shlex.split(line, comments=True) for line in SHELL.splitlines() if line.strip())
    return [words[words.index(program) + 1 :] for words in lines if program in words]


def told_by_help() -> set[str]:
    environment = {"PYTHONPATH": f"{ROOT}:{ROOT / 'functions/layer'}", "COLUMNS": "200"}
    help_text = subprocess.run(
        [sys.executable, "-m", "local", "--help"],
        cwd=ROOT,
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    return set(re.findall(r"^  ([a-z][a-z-]*) {2,}", help_text, flags=re.MULTILINE))


def test_it_can_be_read_in_one_sitting() -> None:
    assert README.count("\n") <= 250


def test_every_make_target_it_names_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    named = {words[0] for words in commands("make") if words}
    assert named
    assert named <= set(re.findall(r"^([a-z-]+):.*## ", makefile, flags=re.MULTILINE))


def test_its_table_has_every_command() -> None:
    assert set(re.findall(r"^\| `\./telemetra ([a-z-]+)`", README, flags=re.MULTILINE)) == told_by_help()


def test_every_file_that_a_command_names_exists() -> None:
    named = re.findall(r"[\w./-]+\.(?:jsonl|py)\b", SHELL)
    assert named
    assert [name for name in named if not (ROOT / name).is_file()] == []


def test_every_route_it_names_is_in_the_template() -> None:
    serve = (ROOT / "stacks/serve.yaml").read_text(encoding="utf-8")
    routes = {route.replace("{id}", "{stream_id}") for route in re.findall(r"`GET (/[^`?]+)", README)}
    assert routes
    assert routes <= set(re.findall(r'Path: "?([^",]+)', serve))


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_within_the_repository_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8"))
    local = [link for link in links if not link.startswith(("http:", "https:"))]
    assert [link for link in local if not (page.parent / link).exists()] == []


def test_every_parameter_of_the_template_is_explained() -> None:
    class Loader(yaml.SafeLoader):
        """Reads the template's tags as plain values."""

    Loader.add_multi_constructor("!", lambda loader, suffix, node: None)
    template = yaml.load((ROOT / "template.yaml").read_text(encoding="utf-8"), Loader)  # noqa: S506
    page = (ROOT / "docs/deploy.md").read_text(encoding="utf-8")
    assert [name for name in template["Parameters"] if name not in page] == []
