"""Bridges what the emulator drops of a REST API: its own answers to an unknown route, no token, too fast."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

API = "AWS::Serverless::Api"


def responses_of(properties: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the arguments of ``PutGatewayResponse`` for what SAM calls ``GatewayResponses``.

    Example:
        >>> responses_of({"GatewayResponses": {"X": {"StatusCode": 429}}})
        [{'responseType': 'X', 'responseParameters': {}, 'responseTemplates': {}, 'statusCode': '429'}]
    """
    made = []
    for kind, wanted in properties.get("GatewayResponses", {}).items():
        headers = wanted.get("ResponseParameters", {}).get("Headers", {})
        response = {
            "responseType": kind,
            "responseParameters": {f"gatewayresponse.header.{name}": text for name, text in headers.items()},
            "responseTemplates": wanted.get("ResponseTemplates", {}),
        }
        if "StatusCode" in wanted:
            response["statusCode"] = str(wanted["StatusCode"])
        made.append(response)
    return made


def put_responses(gateway: Any, api_id: str, properties: Mapping[str, Any]) -> None:
    """Give an API its own answers and deploy its stage again, so that they hold."""
    wanted = responses_of(properties)
    for response in wanted:
        gateway.put_gateway_response(restApiId=api_id, **response)
    if wanted:
        gateway.create_deployment(restApiId=api_id, stageName=properties["StageName"])
