"""What a deployment says of itself: names that only its functions are given."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from producer.console import fail
from telemetra.adapters.clients import client

if TYPE_CHECKING:
    from telemetra.config import Settings


def deployed(found: Settings, prefix: str | None, endpoint: str | None) -> Settings:
    """Return the settings with archive bucket and key of user hashes, as the functions have them.

    What the environment names stays. Exits when the deployment has no archive.
    """
    named = replace(found, prefix=prefix or found.prefix, aws_endpoint_url=endpoint or found.aws_endpoint_url)
    try:
        archive = named.archive_bucket or variable(named, "archive", "TELEMETRA_ARCHIVE_BUCKET")
        key = named.user_key_secret_arn or variable(named, "aggregate", "TELEMETRA_USER_KEY_SECRET_ARN")
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") == "ResourceNotFoundException":
            reason = (
                f"{named.prefix} keeps no archive here; deploy with EnableArchive=true, or start the "
                "embedded stack with `./telemetra up --archive`"
            )
            raise fail(reason) from error
        reason = f"cannot ask for the archive's name: {error}"
        raise fail(reason) from error
    except BotoCoreError as error:
        reason = f"cannot ask for the archive's name: {error}"
        raise fail(reason) from error
    return replace(named, archive_bucket=archive, user_key_secret_arn=key)


def with_stores(found: Settings, prefix: str | None) -> Settings:
    """Return the settings with archive and rejects, as the functions have them; no archive is an empty name.

    What the environment names stays. Exits when nothing is deployed under the prefix.
    """
    named = replace(found, prefix=prefix or found.prefix)
    try:
        queue = named.rejects_queue_url or variable(named, "aggregate", "TELEMETRA_REJECTS_QUEUE_URL")
        bucket = named.rejects_bucket or variable(named, "aggregate", "TELEMETRA_REJECTS_BUCKET")
    except (ClientError, BotoCoreError) as error:
        reason = f"cannot ask {named.prefix} where its rejects are: {error}"
        raise fail(reason) from error
    try:
        archive = named.archive_bucket or variable(named, "archive", "TELEMETRA_ARCHIVE_BUCKET")
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") != "ResourceNotFoundException":
            reason = f"cannot ask for the archive's name: {error}"
            raise fail(reason) from error
        archive = ""
    return replace(named, rejects_queue_url=queue, rejects_bucket=bucket, archive_bucket=archive)


def variable(found: Settings, function: str, name: str) -> str:
    """Return an environment variable of a deployed function, empty when it has none."""
    functions = client("lambda", found.aws_endpoint_url)
    told = functions.get_function_configuration(FunctionName=f"{found.prefix}-{function}")
    variables: dict[str, str] = told.get("Environment", {}).get("Variables", {})
    return variables.get(name, "")
