"""Prints one line with the counts of all suites, from the JUnit files that they wrote.

Usage: python tests/tally.py build/tests/python.xml build/tests/web.xml
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

KINDS = ("failed", "errors", "skipped")


def counts(report: Path) -> Counter[str]:
    """Count the cases of one report by outcome."""
    cases = ElementTree.parse(report).iter("testcase")
    return Counter(_outcome(case) for case in cases)


def _outcome(case: ElementTree.Element) -> str:
    outcomes = {"failure": "failed", "error": "errors", "skipped": "skipped"}
    return next((word for tag, word in outcomes.items() if case.find(tag) is not None), "passed")


def sentence(reports: list[Path]) -> str:
    """Sum the reports, such as `12 passed, 1 skipped (python 8, web 5)`."""
    each = {report.stem: counts(report) for report in reports}
    total = sum(each.values(), Counter[str]())
    parts = [f"{total['passed']} passed", *(f"{total[kind]} {kind}" for kind in KINDS if total[kind])]
    suites = ", ".join(f"{name} {found.total()}" for name, found in each.items())
    return f"{', '.join(parts)} ({suites})"


if __name__ == "__main__":
    sys.stdout.write(sentence([Path(argument) for argument in sys.argv[1:]]) + "\n")
