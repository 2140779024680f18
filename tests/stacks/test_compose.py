"""The container stack: one pinned image on loopback."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
    assert set(compose) == {"services", "volumes"}
    found: dict[str, Any] = compose["services"]
    return found


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


def test_it_can_start_functions_keep_data_and_say_when_it_is_ready(service: dict[str, Any]) -> None:
    assert "/var/run/docker.sock:/var/run/docker.sock" in service["volumes"]
    assert "localstack:/var/lib/localstack" in service["volumes"]
    assert service["healthcheck"]["test"][0] == "CMD"


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
