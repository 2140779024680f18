"""SAM CLI, as `make deploy` calls it, against an endpoint of one's own."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from local.child import LAYER, ROOT
from local.cloud import client_environment
from local.errors import LocalError
from telemetra.config import environment

BUILT: Final = ROOT / ".aws-sam" / "build"
SAM: Final = ROOT / "build" / "sam-cli" / "bin" / "sam"
WITHIN_S: Final = 300


@contextmanager
def copy_of_build() -> Iterator[Path]:
    """Copy what `make package` built to where its relative paths still lead to the functions.

    The layers of the copy hold our own code only: the emulator's workers run in this environment, where
    wheels for the runtime would shadow its packages.

    Raises:
        LocalError: nothing is built.
    """
    if not SAM.is_file() or not (BUILT / "template.yaml").is_file():
        message = "there is no SAM CLI in build/, or nothing is built in .aws-sam/"
        raise LocalError(message, fix="Run `make package` first; `make prove-deploy` does.")
    with tempfile.TemporaryDirectory(dir=BUILT.parent) as name:
        copy = Path(name)
        shutil.copytree(BUILT, copy, ignore=shutil.ignore_patterns("Layer*"), dirs_exist_ok=True)
        for layer in BUILT.glob("*/Layer*"):
            own = copy / layer.relative_to(BUILT) / "python" / "telemetra"
            shutil.copytree(LAYER / "telemetra", own, ignore=shutil.ignore_patterns("__pycache__"))
        yield copy


def deploy(build: Path, endpoint_url: str, stage: str, parameters: dict[str, str]) -> str:
    """Deploy a build with the settings of a stage in samconfig.toml; return what SAM CLI said.

    Raises:
        LocalError: it failed; its last lines are the message.
    """
    given = [f"{name}={value}" for name, value in parameters.items()]
    done = subprocess.run(
        [
            SAM, "deploy", "--config-file", ROOT / "samconfig.toml", "--config-env", stage,
            "--template-file", build / "template.yaml", "--no-confirm-changeset", "--no-progressbar",
            "--parameter-overrides", *given,
        ],
        cwd=build,
        env={
            **client_environment(endpoint_url), "PATH": environment()["PATH"], "HOME": str(build),
            "SAM_CLI_TELEMETRY": "0", "SAM_CLI_POLL_DELAY": "1", "PYTHONWARNINGS": "ignore",
        },
        stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=WITHIN_S,
    )  # fmt: skip
    if done.returncode:
        message = f"sam deploy ended with {done.returncode}:\n{done.stdout[-3000:]}{done.stderr[-2000:]}"
        raise LocalError(message, fix="Mend what the events name; the templates are in stacks/.")
    return done.stdout
