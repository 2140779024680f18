"""Settings of the command: the environment over `.env` over the defaults."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from local.child import LAYER, ROOT
from local.errors import LocalError
from local.state import StateDir
from telemetra.config import SettingError, Settings, environment, read_dotenv, unknown


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the command was started with.

    Attributes:
        environ: the environment with `.env` filled in below it; children get it.
        warnings: one sentence for each setting that nothing reads.
    """

    settings: Settings
    environ: dict[str, str]
    warnings: tuple[str, ...]

    @property
    def state(self) -> StateDir:
        return StateDir(ROOT / self.settings.state_dir)

    def child_environment(self, extra: dict[str, str]) -> dict[str, str]:
        """An environment in which a child finds our packages."""
        return {**self.environ, "PYTHONPATH": f"{ROOT}:{LAYER}", "PYTHONUNBUFFERED": "1", **extra}


def surroundings(dotenv: Path = ROOT / ".env") -> Surroundings:
    """Read the settings.

    Raises:
        LocalError: `.env` or a value cannot be read.
    """
    try:
        environ = {**read_dotenv(dotenv), **environment()}
        settings = Settings.from_env(environ)
    except SettingError as error:
        msg = f"{error}."
        raise LocalError(msg, fix="Correct it in the environment or in .env.") from error
    warnings = tuple(
        f"{name} is not a setting; did you mean {nearest}?" for name, nearest in unknown(environ)
    )
    return Surroundings(settings, environ, warnings)
