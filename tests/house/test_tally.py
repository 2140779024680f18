"""The closing line of the whole check."""

from __future__ import annotations

from pathlib import Path

from tests.tally import sentence

PYTHON = """<testsuites><testsuite>
<testcase name="a"/><testcase name="b"/>
<testcase name="c"><failure/></testcase><testcase name="d"><skipped/></testcase>
</testsuite></testsuites>"""


def test_the_line_sums_the_suites_by_outcome(tmp_path: Path) -> None:
    (tmp_path / "python.xml").write_text(PYTHON, encoding="utf-8")
    (tmp_path / "web.xml").write_text('<testsuites><testcase name="e"/></testsuites>', encoding="utf-8")
    line = sentence([tmp_path / "python.xml", tmp_path / "web.xml"])
    assert line == "3 passed, 1 failed, 1 skipped (python 4, web 1)"
