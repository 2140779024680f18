"""Keep the dashboard's bars in Chromium: frames, long tasks, memory and the first chart.

    python -m tests.web.prove [--seconds N] [--no-stack] [--output FILE]

Frames and long tasks come from a trace of the renderer's main thread while a server alone feeds the page
with a channel of 500 messages a second. Memory is the heap after a collection, at the beginning and at
the end of ten minutes that pass in one; three went before, in which the browser compiles what runs often.
The first chart is timed on a stack of its own. The exit code is 1 when a bar does not hold.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Browser, Page

from bench.machine import keep, kind
from local.embedded import embedded
from local.settings import surroundings
from telemetra.adapters.clock import now_ms
from tests.journey.running import RunningStack
from tests.web.chromium import found, launched
from tests.web.feed import fill
from tests.web.standin import standin

LEAST_FPS: Final = 55
LONGEST_TASK_MS: Final = 100
MOST_GROWTH: Final = 0.10
FIRST_CHART_MS: Final = 1_500
SPEED: Final = 10
COMPRESSED_S: Final = 60
SETTLE_MS: Final = 8_000
WARM_MS: Final = 18_000
READINGS: Final = 5
READ_EVERY_MS: Final = 400
LOADS: Final = 5

FRAMES: Final = "(() => { const each = () => { requestAnimationFrame(each); }; each(); })()"
SWIFT: Final = f"""
(() => {{
  const real = Date.now.bind(Date);
  Date.now = () => BEGAN + (real() - BEGAN) * {SPEED};
}})()
"""
CHART: Final = """
new MutationObserver((_, observer) => {
  if (!document.querySelector('.u-over')) return;
  observer.disconnect();
  requestAnimationFrame(() => requestAnimationFrame(() => { window.chartAt = performance.now(); }));
}).observe(document, { childList: true, subtree: true });
"""


def traced(browser: Browser, url: str, seconds: int) -> dict[str, Any]:
    """Return frames a second and the longest tasks while the page is fed."""
    page = browser.new_page(viewport={"width": 1920, "height": 1080})
    page.goto(f"{url}/c/fast_lane")
    page.wait_for_selector('[data-link="live"]')
    page.evaluate(FRAMES)
    page.wait_for_timeout(SETTLE_MS)
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "trace.json"
        browser.start_tracing(
            page=page, path=path, categories=["toplevel", "devtools.timeline", "__metadata"]
        )
        page.wait_for_timeout(seconds * 1_000)
        browser.stop_tracing()
        events = json.loads(path.read_text(encoding="utf-8"))["traceEvents"]
    page.close()
    mains = {
        (event["pid"], event["tid"])
        for event in events
        if event["name"] == "thread_name" and event["args"]["name"] == "CrRendererMain"
    }
    fired = [event for event in events if event["name"] == "FireAnimationFrame" and event["ph"] in "XIB"]
    busy = Counter((event["pid"], event["tid"]) for event in fired).most_common(1)[0][0]
    assert busy in mains
    ran = [
        event
        for event in events
        if event["name"].endswith("RunTask") and (event["pid"], event["tid"]) == busy and "dur" in event
    ]
    tasks = sorted(event["dur"] / 1_000 for event in ran)
    computed = sorted(event.get("tdur", event["dur"]) / 1_000 for event in ran)
    first = min(event["ts"] for event in fired)
    bins = Counter(int((event["ts"] - first) // 1_000_000) for event in fired)
    counts = [bins[second] for second in range(1, seconds - 1)]
    return {
        "seconds": seconds,
        "fps_median": statistics.median(counts),
        "fps_least": min(counts),
        "longest_task_ms": round(tasks[-1], 1),
        "longest_task_cpu_ms": round(computed[-1], 1),
        "tasks_over_50_ms": sum(task > 50 for task in tasks),
        "main_thread_busy": round(sum(tasks) / (seconds * 1_000), 3),
    }


def heap_mb(page: Page) -> float:
    """Return the size of the heap after a collection: the least of a few, as the page goes on between."""
    session = page.context.new_cdp_session(page)
    used = []
    for _ in range(READINGS):
        page.wait_for_timeout(READ_EVERY_MS)
        session.send("HeapProfiler.collectGarbage")
        used.append(session.send("Runtime.getHeapUsage")["usedSize"])
    session.detach()
    return float(min(used)) / 1e6


def grown(browser: Browser) -> dict[str, Any]:
    """Return the heap before and after ten minutes that pass in one."""
    began = now_ms()
    with standin("swift", str(began)) as url:
        page = browser.new_page(viewport={"width": 1920, "height": 1080})
        page.add_init_script(SWIFT.replace("BEGAN", str(began)))
        page.goto(f"{url}/c/fast_lane")
        page.wait_for_selector('[data-link="live"]')
        page.wait_for_timeout(WARM_MS)
        before = heap_mb(page)
        page.wait_for_timeout(COMPRESSED_S * 1_000)
        after = heap_mb(page)
        page.close()
    growth = after / before - 1
    return {
        "minutes": 10,
        "before_mb": round(before, 2),
        "after_mb": round(after, 2),
        "growth": round(growth, 3),
    }


def first_chart(browser: Browser) -> dict[str, Any]:
    """Return how long after navigation the first chart is painted, on a stack of its own."""
    with tempfile.TemporaryDirectory() as directory, embedded(Path(directory) / "state") as stack:
        running = RunningStack.of(stack, surroundings(Path("/dev/null")).child_environment({}))
        fill(running, "first_view")
        times = []
        for _ in range(LOADS):
            context = browser.new_context(viewport={"width": 1280, "height": 800})
            page = context.new_page()
            page.add_init_script(CHART)
            page.goto(f"{running.url}/c/first_view")
            page.wait_for_function("() => window.chartAt !== undefined", timeout=30_000)
            times.append(page.evaluate("window.chartAt"))
            context.close()
    return {"loads_ms": [round(each) for each in times], "median_ms": round(statistics.median(times))}


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print and keep; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.web.prove",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--seconds", type=int, default=60, help="of the trace")
    parser.add_argument("--no-stack", action="store_true", help="leave out the first chart")
    parser.add_argument("--output", type=Path, help="keep it in a file too")
    chosen = parser.parse_args(arguments)
    path = found()
    if path is None:
        parser.error("no Chromium on PATH and CHROMIUM names none")
    with launched(path) as browser:
        figures: dict[str, Any] = {"rendering": f"headless Chromium {browser.version}, drawn in software"}
        with standin("full") as url:
            figures["trace"] = traced(browser, url, chosen.seconds)
        print(json.dumps(figures), file=sys.stderr, flush=True)
        figures["memory"] = grown(browser)
        print(json.dumps(figures["memory"]), file=sys.stderr, flush=True)
        holds = {
            "fps": figures["trace"]["fps_median"] >= LEAST_FPS,
            "tasks": figures["trace"]["longest_task_ms"] <= LONGEST_TASK_MS,
            "memory": figures["memory"]["growth"] <= MOST_GROWTH,
        }
        if not chosen.no_stack:
            figures["first_chart"] = first_chart(browser)
            holds["first_chart"] = figures["first_chart"]["median_ms"] <= FIRST_CHART_MS
    result = {**figures, "holds": holds, "kept": all(holds.values()), "machine": kind()}
    keep(result, chosen.output)
    print(json.dumps(result, indent=1))
    return 0 if result["kept"] else 1


if __name__ == "__main__":
    sys.exit(main())
