"""The distribution sends the headers that the edge on this machine sends."""

from __future__ import annotations

from typing import Any

from local.edge_rules import security_headers
from tests.stacks.resources import Stack


def sent(policy: dict[str, Any]) -> dict[str, str]:
    """The headers that a policy adds, as a browser sees them."""
    config = policy["ResponseHeadersPolicyConfig"]
    security = config["SecurityHeadersConfig"]
    assert all(one["Override"] for one in [*security.values(), *config["CustomHeadersConfig"]["Items"]])
    found = {one["Header"]: one["Value"] for one in config["CustomHeadersConfig"]["Items"]}
    return found | {
        "Content-Security-Policy": security["ContentSecurityPolicy"]["ContentSecurityPolicy"],
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": security["FrameOptions"]["FrameOption"],
        "Referrer-Policy": security["ReferrerPolicy"]["ReferrerPolicy"],
    }


def test_a_browser_gets_the_same_headers_from_both(stacks: dict[str, Stack]) -> None:
    (policy,) = stacks["web"].properties("AWS::CloudFront::ResponseHeadersPolicy").values()
    here = security_headers(3000)
    sockets = " ws://127.0.0.1:3000 ws://localhost:3000"
    here["Content-Security-Policy"] = here["Content-Security-Policy"].replace(sockets, "")
    assert sent(policy) == here


def test_the_policy_lets_a_page_run_nothing_inline_and_load_nothing_from_elsewhere() -> None:
    policy = security_headers(3000)["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "https:" not in policy
    assert "*" not in policy


def test_pages_and_answers_are_sent_with_them_over_https_only(stacks: dict[str, Stack]) -> None:
    (distribution,) = stacks["web"].properties("AWS::CloudFront::Distribution").values()
    config = distribution["DistributionConfig"]
    behaviours = [
        one for one in [config["DefaultCacheBehavior"], *config["CacheBehaviors"]] if "Fn::If" not in one
    ]
    assert len(behaviours) == 3
    for behaviour in behaviours:
        assert behaviour["ResponseHeadersPolicyId"] == {"Ref": "Headers"}
        assert behaviour["ViewerProtocolPolicy"] in {"redirect-to-https", "https-only"}
    (policy,) = stacks["web"].properties("AWS::CloudFront::ResponseHeadersPolicy").values()
    transport = policy["ResponseHeadersPolicyConfig"]["SecurityHeadersConfig"]["StrictTransportSecurity"]
    assert transport["AccessControlMaxAgeSec"] >= 31_536_000


def test_every_method_has_a_rate_and_those_that_call_others_a_small_one(stacks: dict[str, Stack]) -> None:
    settings = stacks["serve"].properties("AWS::Serverless::Api")["RestApi"]["MethodSettings"]
    rates = {(one["ResourcePath"], one["HttpMethod"]): one["ThrottlingRateLimit"] for one in settings}
    assert rates == {
        ("/*", "*"): 200,
        ("/api/v1/auth/twitch", "POST"): 5,
        ("/api/v1/streams/{stream_id}/rules/test", "POST"): 2,
    }
    (socket,) = stacks["socket"].properties("AWS::ApiGatewayV2::Stage").values()
    assert socket["DefaultRouteSettings"] == {"ThrottlingRateLimit": 500, "ThrottlingBurstLimit": 1000}
