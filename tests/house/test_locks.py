"""The locks install anywhere: pinned, hashed, from no named host, for every supported version."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.house.node import admits
from tests.house.repository import ROOT, pyproject, python_versions

RUN_TIME = ROOT / "requirements.lock"
TESTS = ROOT / "tests/requirements.lock"
BENCH = ROOT / "bench/requirements.lock"
LAYER = ROOT / "functions/layer/requirements.txt"
NODE = "20.19.0"


def names(requirements: list[str]) -> set[str]:
    found = (re.match(r"[A-Za-z0-9._-]+", line.strip()) for line in requirements)
    return {re.sub(r"[-_.]+", "-", name.group()).lower() for name in found if name}


def pins(lock: Path) -> set[str]:
    """Return `name==version ; marker` of every locked package."""
    text = lock.read_text(encoding="utf-8").replace("\\\n", " ")
    return {line.split("--hash")[0].strip() for line in text.splitlines() if line.strip()}


@pytest.mark.parametrize("lock", [RUN_TIME, TESTS, BENCH], ids=lambda path: path.parent.name)
def test_every_package_is_pinned_and_hashed_and_no_host_is_named(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")
    for line in text.replace("\\\n", " ").splitlines():
        assert re.match(r"[a-z0-9._-]+(\[[a-z,-]+\])?==\S+ .*--hash=sha256:[0-9a-f]{64}", line), line[:80]
    assert not re.search(r"https?:|file:|--(extra-)?index-url|--find-links|@ ", text)


def test_every_dependency_of_the_project_is_locked() -> None:
    project = pyproject()["project"]
    assert names(project["dependencies"]) <= names(list(pins(RUN_TIME)))
    assert names(project["optional-dependencies"]["tests"]) <= names(list(pins(TESTS)))
    assert names(project["optional-dependencies"]["bench"]) <= names(list(pins(BENCH)))


def test_the_tests_and_measurements_run_on_the_locked_run_time() -> None:
    assert pins(RUN_TIME) <= pins(TESTS) & pins(BENCH)


def test_the_layer_holds_locked_packages_at_their_locked_versions() -> None:
    wanted = [line for line in LAYER.read_text(encoding="utf-8").splitlines() if re.match(r"[A-Za-z]", line)]
    locked = {pin.split(" ;")[0].strip() for pin in pins(RUN_TIME)}
    assert wanted
    assert {line.split(" ;")[0].split("--hash")[0].strip(" \\").lower() for line in wanted} <= locked


def test_pyproject_and_continuous_integration_name_the_same_python_versions() -> None:
    workflow: dict[str, Any] = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text(encoding="utf-8"))
    versions = python_versions()
    assert workflow["jobs"]["check"]["strategy"]["matrix"]["python"] == versions
    assert pyproject()["project"]["requires-python"] == f">={versions[0]}"
    assert pyproject()["tool"]["mypy"]["python_version"] == versions[0]


def test_every_function_runs_on_a_tested_python() -> None:
    templates = [ROOT / "template.yaml", *(ROOT / "stacks").glob("*.yaml")]
    runtimes = {
        name for path in templates for name in re.findall(r"python(3\.\d+)", path.read_text(encoding="utf-8"))
    }
    assert runtimes
    assert runtimes <= set(python_versions())


def test_npm_packages_are_hashed_and_from_no_named_host() -> None:
    lock = json.loads((ROOT / "web/package-lock.json").read_text(encoding="utf-8"))
    for path, package in lock["packages"].items():
        assert "resolved" not in package, path
        assert not path or package["integrity"].startswith("sha512-"), path


def test_the_npm_lock_holds_the_packages_of_every_platform() -> None:
    lock = json.loads((ROOT / "web/package-lock.json").read_text(encoding="utf-8"))["packages"]
    known = {path.rsplit("node_modules/", 1)[-1] for path in lock}
    wanted = {name for package in lock.values() for name in package.get("optionalDependencies", {})}
    assert wanted - known == set(), "npm ci refuses a lock without them"


def test_every_npm_package_accepts_the_oldest_supported_node() -> None:
    lock = json.loads((ROOT / "web/package-lock.json").read_text(encoding="utf-8"))
    wanted = {path: package.get("engines", {}).get("node", "*") for path, package in lock["packages"].items()}
    assert {path: text for path, text in wanted.items() if not admits(text, NODE)} == {}
    assert wanted[""] == ">=20.19"
