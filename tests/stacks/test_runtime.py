"""What a function finds when it starts: its variables, its Python and its layer."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from telemetra.config import SETTINGS
from tests.house.repository import pyproject, python_versions
from tests.stacks.resources import Stack

ROOT = Path(__file__).parents[2]
LAYER = ROOT / "functions" / "layer"
PINNED = re.compile(r"^([a-z0-9][a-z0-9._-]*)==([^\s;]+)", re.MULTILINE)


def pins(path: Path) -> set[tuple[str, str]]:
    return set(PINNED.findall(path.read_text(encoding="utf-8")))


def hashes(path: Path) -> set[str]:
    return set(re.findall(r"sha256:[0-9a-f]{64}", path.read_text(encoding="utf-8")))


def test_every_variable_of_a_function_is_a_setting(stacks: dict[str, Stack]) -> None:
    known = {setting.name for setting in SETTINGS}
    for name in ("compute", "serve", "socket", "alert"):
        for function in stacks[name].functions():
            assert stacks[name].environment(function) <= known


def test_every_deployed_setting_is_given_to_some_function(stacks: dict[str, Stack]) -> None:
    given = set().union(
        *(
            stacks[name].environment(function)
            for name in ("compute", "serve", "socket", "alert")
            for function in stacks[name].functions()
        )
    )
    deployed = {setting.name for setting in SETTINGS if setting.deployed}
    assert deployed - given == {"AWS_ENDPOINT_URL"}


def test_functions_run_the_newest_python_that_the_project_supports(stacks: dict[str, Stack]) -> None:
    newest = python_versions()[-1]
    runtimes = {
        stacks[name].body["Globals"]["Function"]["Runtime"]
        for name in ("compute", "serve", "socket", "alert")
    }
    assert runtimes == {f"python{newest}"}
    for layer in stacks["compute"].properties("AWS::Serverless::LayerVersion").values():
        assert layer["CompatibleRuntimes"] == [f"python{newest}"]
    assert f"--python-version {newest} " in (LAYER / "Makefile").read_text(encoding="utf-8")
    assert pyproject()["project"]["requires-python"] == f">={python_versions()[0]}"


def test_the_layer_brings_the_versions_that_the_project_is_tested_with() -> None:
    assert pins(LAYER / "requirements.txt") <= pins(ROOT / "requirements.lock")
    assert hashes(LAYER / "requirements.txt") <= hashes(ROOT / "requirements.lock")


def test_each_layer_has_its_recipe(stacks: dict[str, Stack]) -> None:
    recipes = set(
        re.findall(r"^build-(\w+): MACHINE", (LAYER / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    )
    assert recipes == set(stacks["compute"].of_type("AWS::Serverless::LayerVersion"))


def test_samconfig_sets_only_parameters_that_exist(root: Stack) -> None:
    config = tomllib.loads((ROOT / "samconfig.toml").read_text(encoding="utf-8"))
    chosen = {
        stage: dict(
            item.split("=", 1) for item in config[stage]["deploy"]["parameters"]["parameter_overrides"]
        )
        for stage in ("dev", "prod")
    }
    for stage, parameters in chosen.items():
        assert parameters.keys() <= root.body["Parameters"].keys()
        assert parameters["Stage"] == stage
    assert chosen["prod"]["RetentionHours"] == "168"
    assert chosen["dev"]["RetentionHours"] == "24"
