"""Settings: the one table of names, and the only reader of the environment.

Functions and the local command take a `Settings` value; nothing reads the environment at import.
`python -m telemetra.config` prints the text of `.env.example`.
"""

from __future__ import annotations

import difflib
import os
import sys
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

PREFIX = "TELEMETRA_"


class SettingError(ValueError):
    """A setting has a value that cannot be used; the message names both and what is expected."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One row of the table of settings.

    Attributes:
        name: the environment variable.
        default: its text when unset.
        help: one line for people.
        deployed: set by the template on the functions, not by hand in `.env`.
    """

    name: str
    default: str
    help: str
    deployed: bool = False

    @property
    def attribute(self) -> str:
        """The attribute of `Settings` that carries the value."""
        return self.name.removeprefix(PREFIX).lower()


SETTINGS: tuple[Setting, ...] = (
    Setting("TELEMETRA_PORT", "3000", "port of the dashboard, the API and the WebSocket"),
    Setting("TELEMETRA_CLOUD_PORT", "4566", "port of the embedded cloud"),
    Setting("TELEMETRA_STATE_DIR", ".telemetra", "folder of state, logs and process files"),
    Setting("TELEMETRA_CHANNELS", "0", "channels that the built-in producer plays; 0: as the scenario says"),
    Setting("TELEMETRA_RATE", "0", "chat messages a second of the busiest channel; 0: as the scenario says"),
    Setting("TELEMETRA_SEED", "7", "seed of the built-in producer: same seed, same events"),
    Setting("TELEMETRA_SCENARIO", "demo", "scenario that the built-in producer plays: a name or a file"),
    Setting("TELEMETRA_PREFIX", "telemetra", "first part of the name of every cloud resource"),
    Setting("TELEMETRA_RETENTION_HOURS", "24", "hours that the streams keep records, 24 to 168"),
    Setting("TELEMETRA_ACCESS", "token", "token: callers need a token; open: they do not"),
    Setting("TELEMETRA_ALLOWED_ORIGINS", "", "origins that may call the API, separated by commas"),
    Setting("TELEMETRA_TWITCH_CLIENT_ID", "", "application registered with Twitch; empty: chat only"),
    Setting("TELEMETRA_TWITCH_CLIENT_SECRET", "", "its secret; a public application has none"),
    Setting(
        "TELEMETRA_TWITCH_TOKEN", "", "access token of a user; empty: the one of `telemetra twitch --login`"
    ),
    Setting("TELEMETRA_TWITCH_URL", "", "a stand-in for Twitch on this machine; empty: Twitch itself"),
    Setting("TELEMETRA_DETECTOR", "ensemble", "what finds moments: ensemble, ewma or zscore"),
    Setting("TELEMETRA_TWITCH_REDIRECT_URI", "", "where Twitch sends a browser that signs in back to"),
    Setting("TELEMETRA_ADMINS", "", "Twitch logins with every right, separated by commas"),
    Setting("TELEMETRA_TWITCH_SECRET_ARN", "", "secret of the application at Twitch", deployed=True),
    Setting("TELEMETRA_TICKS_QUEUE_URL", "", "queue of channels to push", deployed=True),
    Setting("TELEMETRA_ALERTS_QUEUE_URL", "", "queue of alerts", deployed=True),
    Setting("TELEMETRA_ALERTS_TOPIC_ARN", "", "topic of alerts", deployed=True),
    Setting("TELEMETRA_WEBHOOK_SECRET_ARN", "", "secret from which webhooks are signed", deployed=True),
    Setting("TELEMETRA_WEBHOOK_LOOPBACK", "false", "true: webhooks may be on this machine", deployed=True),
    Setting("TELEMETRA_REJECTS_QUEUE_URL", "", "queue of rejected lines", deployed=True),
    Setting("TELEMETRA_REJECTS_BUCKET", "", "bucket of rejected lines over 100 KB", deployed=True),
    Setting("TELEMETRA_ARCHIVE_BUCKET", "", "bucket of raw records", deployed=True),
    Setting("TELEMETRA_SOCKET_ENDPOINT", "", "where posts to WebSocket clients go", deployed=True),
    Setting("TELEMETRA_TOKEN_SECRET_ARN", "", "secret from which tokens are signed", deployed=True),
    Setting("TELEMETRA_USER_KEY_SECRET_ARN", "", "secret that keys the hashes of users", deployed=True),
    Setting("TELEMETRA_TRACING", "PassThrough", "Active: sampled invocations are traced", deployed=True),
    Setting("POWERTOOLS_SERVICE_NAME", "telemetra", "service named in logs and metrics", deployed=True),
    Setting("POWERTOOLS_METRICS_NAMESPACE", "Telemetra", "namespace of the metrics", deployed=True),
    Setting("AWS_ENDPOINT_URL", "", "endpoint of every AWS call; empty: AWS itself", deployed=True),
)


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting, typed; the table `SETTINGS` says what each means."""

    port: int
    cloud_port: int
    state_dir: str
    channels: int
    rate: float
    seed: int
    scenario: str
    prefix: str
    retention_hours: int
    access: str
    allowed_origins: tuple[str, ...]
    twitch_client_id: str
    twitch_client_secret: str = field(repr=False)
    twitch_token: str = field(repr=False)
    twitch_url: str
    detector: str
    twitch_redirect_uri: str
    admins: tuple[str, ...]
    twitch_secret_arn: str
    ticks_queue_url: str
    alerts_queue_url: str
    alerts_topic_arn: str
    webhook_secret_arn: str
    webhook_loopback: str
    rejects_queue_url: str
    rejects_bucket: str
    archive_bucket: str
    socket_endpoint: str
    token_secret_arn: str
    user_key_secret_arn: str
    tracing: str
    powertools_service_name: str
    powertools_metrics_namespace: str
    aws_endpoint_url: str

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """Read the settings, of the process unless `environ` is given.

        An empty value counts as unset.

        Raises:
            SettingError: a value cannot be read or is out of its bounds.

        Example:
            >>> Settings.from_env({"TELEMETRA_PREFIX": "demo"}).table("panes")
            'demo-panes'
        """
        values = os.environ if environ is None else environ
        kinds = {field.name: str(field.type) for field in fields(cls)}
        read: dict[str, Any] = {
            setting.attribute: _parse(setting, kinds, values.get(setting.name) or setting.default)
            for setting in SETTINGS
        }
        return cls(**read)

    def table(self, name: str) -> str:
        """Name the table that holds `name` (streams, panes, metrics, moments, detectors, connections)."""
        return f"{self.prefix}-{name}"

    def stream(self, kind: str) -> str:
        """Name the Kinesis stream of an event kind (chat, viewer, transaction, stream_meta)."""
        return f"{self.prefix}-{kind}"


BOUNDS: dict[str, tuple[float, float]] = {
    "TELEMETRA_PORT": (1, 65535),
    "TELEMETRA_CLOUD_PORT": (1, 65535),
    "TELEMETRA_CHANNELS": (0, 1000),
    "TELEMETRA_RATE": (0, 100_000),
    "TELEMETRA_RETENTION_HOURS": (24, 168),
}

CHOICES: dict[str, tuple[str, ...]] = {
    "TELEMETRA_ACCESS": ("token", "open"),
    "TELEMETRA_WEBHOOK_LOOPBACK": ("true", "false"),
    "TELEMETRA_DETECTOR": ("ensemble", "ewma", "zscore"),
    "TELEMETRA_TRACING": ("Active", "PassThrough"),
}


def _parse(setting: Setting, kinds: Mapping[str, str], text: str) -> int | float | str | tuple[str, ...]:
    kind = kinds[setting.attribute]
    if kind in ("int", "float"):
        return _number(setting, kind, text)
    if kind.startswith("tuple"):
        return tuple(part for part in (piece.strip() for piece in text.split(",")) if part)
    choices = CHOICES.get(setting.name, (text,))
    if text not in choices:
        msg = f"{setting.name} is {text!r}: one of {', '.join(choices)} is expected"
        raise SettingError(msg)
    return text


def _number(setting: Setting, kind: str, text: str) -> int | float:
    low, high = BOUNDS.get(setting.name, (float("-inf"), float("inf")))
    wanted = "a whole number" if kind == "int" else "a number"
    if setting.name in BOUNDS:
        wanted += f" from {low:g} to {high:g}"
    try:
        value = int(text) if kind == "int" else float(text)
    except ValueError as error:
        msg = f"{setting.name} is {text!r}: {wanted} is expected"
        raise SettingError(msg) from error
    if not low <= value <= high:
        msg = f"{setting.name} is {text!r}: {wanted} is expected"
        raise SettingError(msg)
    return value


def unknown(names: Iterable[str]) -> list[tuple[str, str]]:
    """Pair every name that looks like a setting of ours but is none with the nearest that is.

    Example:
        >>> unknown(["TELEMETRA_PROT", "TELEMETRA_PORT", "PATH"])
        [('TELEMETRA_PROT', 'TELEMETRA_PORT')]
    """
    known = [setting.name for setting in SETTINGS if setting.name.startswith(PREFIX)]
    return [
        (name, difflib.get_close_matches(name, known, n=1, cutoff=0.0)[0])
        for name in sorted(names)
        if name.startswith(PREFIX) and name not in known
    ]


def sampled(environ: Mapping[str, str] | None = None) -> bool:
    """Say whether the invocation under way is traced, as the runtime tells anew before each.

    Example:
        >>> trace = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"
        >>> sampled({"TELEMETRA_TRACING": "Active", "_X_AMZN_TRACE_ID": trace})
        True
        >>> sampled({"TELEMETRA_TRACING": "PassThrough", "_X_AMZN_TRACE_ID": trace})
        False
    """
    values = os.environ if environ is None else environ
    return values.get("TELEMETRA_TRACING") == "Active" and "Sampled=1" in values.get("_X_AMZN_TRACE_ID", "")


def environment() -> dict[str, str]:
    """Return a copy of the environment, for child processes and for `Settings.from_env`."""
    return dict(os.environ)


def read_dotenv(path: Path) -> dict[str, str]:
    """Read `NAME=value` lines; no file is an empty dict.

    Blank lines and lines that start with `#` are skipped, an `export ` before the name and one pair of quotes
    around the value are taken off; nothing is expanded.

    Raises:
        SettingError: a line has no `=`.
    """
    if not path.is_file():
        return {}
    values: dict[str, str] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        name, equals, value = text.removeprefix("export ").partition("=")
        if not equals:
            msg = f"{path}:{number}: {text!r} is not NAME=value"
            raise SettingError(msg)
        values[name.strip()] = _unquoted(value.strip())
    return values


def _unquoted(value: str) -> str:
    quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "'\""
    return value[1:-1] if quoted else value


def example() -> str:
    """Return the text of `.env.example`: the settings of the command to edit, the functions' as comments."""
    lines = ["# Copy to .env; the environment wins over it.", ""]
    for setting in SETTINGS:
        if not setting.deployed:
            lines += [f"# {setting.help}", f"{setting.name}={setting.default}", ""]
    lines += ["# Set on the functions by template.yaml:", ""]
    for setting in SETTINGS:
        if setting.deployed:
            lines += [f"# {setting.help}", f"# {setting.name}={setting.default}", ""]
    return "\n".join(lines[:-1]) + "\n"


if __name__ == "__main__":
    sys.stdout.write(example())
