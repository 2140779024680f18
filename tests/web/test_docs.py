"""The documentation of the API, in a browser, on the strict content policy."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.web.conftest import OpenPage


@pytest.mark.journey
def test_the_documentation_calls_the_api_it_documents_and_breaks_no_policy(open_page: OpenPage) -> None:
    complaints: list[str] = []
    outside: list[str] = []

    def listen(page: Page) -> None:
        page.on(
            "console", lambda message: complaints.append(message.text) if message.type == "error" else None
        )
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: outside.append(request.url))

    page = open_page("/docs", before=listen)
    operation = page.locator("#operations-default-alive")
    operation.locator(".opblock-summary-control").click()
    operation.get_by_role("button", name="Execute").click()
    expect(operation.locator(".live-responses-table .response-col_status").last).to_contain_text("200")
    expect(operation.locator(".live-responses-table")).to_contain_text('"status": "ok"')
    assert complaints == []
    assert not [url for url in outside if not url.startswith(("http://127.0.0.1", "data:"))]
