"""The container stack: one pinned image on loopback."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from copy import deepcopy
from importlib import resources
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from local.child import ROOT

TEXT = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
SPECIFICATION = "builtin_schemas/vendor/compose-spec.json"


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(TEXT)
    return found


@pytest.fixture(scope="module")
def services(compose: dict[str, Any]) -> dict[str, Any]:
    assert set(compose) == {"services", "volumes"}
    found: dict[str, Any] = compose["services"]
    return found


@pytest.fixture(scope="module")
def specification() -> Draft202012Validator:
    """The schema of the Compose Specification, as check-jsonschema carries it."""
    schema = json.loads(resources.files("check_jsonschema").joinpath(SPECIFICATION).read_text("utf-8"))
    assert schema["$id"] == "compose_spec.json"
    return Draft202012Validator(schema)


def test_it_keeps_the_compose_specification(
    compose: dict[str, Any], specification: Draft202012Validator
) -> None:
    assert [error.message for error in specification.iter_errors(compose)] == []


BREAKS: list[tuple[str, Callable[[dict[str, Any]], object]]] = [
    ("a key that is none", lambda service: service.update(memory_limit="4g")),
    ("a port that is no text or number", lambda service: service.update(ports=[{"from": 1}])),
    ("a condition that is none", lambda service: service.update(depends_on={"a": {"condition": "well"}})),
    ("a profile that is no list", lambda service: service.update(profiles="dev")),
    ("a limit that is a list", lambda service: service.update(mem_limit=[4])),
    ("a check of health with another interval", lambda service: service["healthcheck"].update(every="5s")),
]


@pytest.mark.parametrize("broken", [one[1] for one in BREAKS], ids=[one[0] for one in BREAKS])
def test_the_specification_refuses_what_compose_would(
    compose: dict[str, Any], specification: Draft202012Validator, broken: Callable[[dict[str, Any]], object]
) -> None:
    changed = deepcopy(compose)
    broken(changed["services"]["localstack"])
    assert not specification.is_valid(changed)


def test_every_named_volume_is_declared_and_used(compose: dict[str, Any]) -> None:
    mounts = [mount for service in compose["services"].values() for mount in service["volumes"]]
    named = {mount.partition(":")[0] for mount in mounts if mount[0] not in "./"}
    assert named == set(compose["volumes"])


def test_each_variable_has_a_default_so_that_it_starts_without_settings() -> None:
    assert re.findall(r"\$\{\w+\}", TEXT) == []
    assert len(re.findall(r"\$\{\w+:-", TEXT)) > 3


def test_what_a_service_waits_for_starts_with_it_and_says_when_it_is_well(
    services: dict[str, Any],
) -> None:
    for service in services.values():
        for needed, how in service.get("depends_on", {}).items():
            assert set(service["profiles"]) <= set(services[needed]["profiles"])
            assert how["condition"] != "service_healthy" or services[needed]["healthcheck"]["retries"]


@pytest.fixture(scope="module")
def service(services: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = services["localstack"]
    return found


def test_the_image_is_pinned_and_a_newer_one_is_a_setting(service: dict[str, Any]) -> None:
    assert service["image"] == "${LOCALSTACK_IMAGE:-localstack/localstack:4.14.0}"
    assert service["environment"]["LOCALSTACK_AUTH_TOKEN"] == "${LOCALSTACK_AUTH_TOKEN:-}"


def test_every_port_is_published_on_loopback_only(service: dict[str, Any]) -> None:
    assert service["ports"]
    assert all(port.startswith("127.0.0.1:") for port in service["ports"])
    assert not service.get("network_mode")


def test_it_can_start_functions_keep_data_and_say_when_it_is_ready(service: dict[str, Any]) -> None:
    assert "/var/run/docker.sock:/var/run/docker.sock" in service["volumes"]
    assert "localstack:/var/lib/localstack" in service["volumes"]
    assert service["healthcheck"]["test"][0] == "CMD"
    assert service["healthcheck"]["test"][-1].endswith("/_localstack/health")


def test_nothing_is_told_to_the_makers_of_the_image(service: dict[str, Any]) -> None:
    assert service["environment"]["DISABLE_EVENTS"] == "1"


def test_each_service_has_a_profile_and_a_limit_of_memory(services: dict[str, Any]) -> None:
    assert {name: one["profiles"] for name, one in services.items()} == {
        "localstack": ["dev", "full"],
        "producer": ["full"],
    }
    assert all(one["mem_limit"] for one in services.values())


def test_the_producer_waits_until_the_cloud_is_well(services: dict[str, Any]) -> None:
    assert services["producer"]["depends_on"] == {"localstack": {"condition": "service_healthy"}}
    assert services["producer"]["environment"]["AWS_ENDPOINT_URL"] == "http://localstack:4566"


def test_the_repository_is_read_only_to_containers(services: dict[str, Any]) -> None:
    assert services["producer"]["volumes"] == [".:/app:ro"]
