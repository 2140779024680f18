"""What docs/alerts.md tells receivers to do accepts what is posted, and nothing else."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import msgspec
import pytest

from telemetra.adapters.memory_alerts import MemoryWebhooks
from telemetra.application.delivery import Sender, Subject, alert_payload, posted
from telemetra.application.rules import WantedRules
from tests.application.samples import NOW

PAGE = (Path(__file__).parents[2] / "docs/alerts.md").read_text(encoding="utf-8")
SECRET = "whsec_abc"
NOW_S = NOW // 1000


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, flags=re.DOTALL)


@pytest.fixture
def post() -> tuple[dict[str, str], bytes]:
    webhooks = MemoryWebhooks()
    alert = alert_payload("alert_1", Subject("aurora", "test", NOW, "é ✨"), None)
    posted(Sender(webhooks, SECRET), "https://receiver.example/", alert, NOW)
    ((_, headers, body),) = webhooks.posted
    return dict(headers), body


def cases(headers: dict[str, str], body: bytes) -> list[tuple[str, dict[str, str], bytes, int, bool]]:
    """Secret, headers, body, the receiver's clock, and whether it is genuine."""
    zeros = {**headers, "Telemetra-Signature": "v1=" + "0" * 64}
    later = {**headers, "Telemetra-Timestamp": str(NOW_S + 1)}
    return [
        (SECRET, headers, body, NOW_S, True),
        (SECRET, headers, body, NOW_S + 300, True),
        (SECRET, headers, body, NOW_S + 301, False),
        (SECRET, headers, body + b" ", NOW_S, False),
        (SECRET, zeros, body, NOW_S, False),
        (SECRET, {**headers, "Telemetra-Signature": ""}, body, NOW_S, False),
        (SECRET, later, body, NOW_S, False),
        ("whsec_other", headers, body, NOW_S, False),
    ]


def test_the_python_of_the_page_tells_genuine_alerts(post: tuple[dict[str, str], bytes]) -> None:
    (code,) = blocks("python")
    names: dict[str, Any] = {}
    exec(code, names)  # noqa: S102 - the page's own
    for secret, headers, body, now_s, genuine in cases(*post):
        assert names["is_genuine"](secret, headers, body, now_s) is genuine


def test_the_javascript_of_the_page_tells_genuine_alerts(post: tuple[dict[str, str], bytes]) -> None:
    node = shutil.which("node")
    assert node is not None
    (code,) = blocks("js")
    asked = [
        [secret, {name.lower(): value for name, value in headers.items()}, body.decode(), now_s]
        for secret, headers, body, now_s, _ in cases(*post)
    ]
    script = f"{code}\nconsole.log(JSON.stringify({json.dumps(asked)}.map((given) => isGenuine(...given))))"
    ended = subprocess.run([node, "-e", script], check=True, capture_output=True, text=True)
    assert json.loads(ended.stdout) == [genuine for *_, genuine in cases(*post)]


def test_the_rules_of_the_page_are_rules_and_its_payload_has_the_fields_of_one() -> None:
    rules, payload = map(json.loads, blocks("json"))
    assert len(msgspec.convert(rules, WantedRules).rules) == 2
    made = alert_payload("alert_1", Subject("aurora", "threshold", NOW, ""), None, reading={})
    assert payload.keys() == made.keys()
