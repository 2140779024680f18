"""The `up` command: start, fill, go live, watch, stop."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from local.child import ROOT
from local.errors import LocalError
from local.live import LiveLine
from local.progress import Progress
from local.settings import Surroundings
from local.supervisor import Plan, Stack
from local.waiting import holds_within, wait_until
from local.watch import Watch
from local.watching.collect import Collector
from local.watching.watchman import Watchman
from producer.sources.scenario import ScenarioError, Spec, find
from telemetra.domain.window import MINUTE_MS


@dataclass(frozen=True, slots=True)
class Wishes:
    """The options of `up`.

    Attributes:
        demo: an empty stack gets the history of the scenario first.
        scenario: a name or a file.
        rate: messages a second of the busiest channel; 0: as the scenario says.
        channels: how many; 0: as the scenario says.
        replay: a file to play once instead of the scenario, at ``speed`` times real time.
    """

    producer: bool
    demo: bool
    scenario: str
    rate: float
    channels: int
    seed: int
    replay: Path | None
    speed: float

    def fills(self, *, fresh: bool) -> bool:
        """Whether the producer sends the history of the scenario before it goes live."""
        return fresh and self.demo and self.replay is None and self.spec.history_ms > 0

    def arguments(self, *, fresh: bool, truth: Path) -> tuple[str, ...]:
        """The producer's command line; what is already there just goes on."""
        if self.replay:
            return ("replay", str(self.replay.resolve()), "--speed", f"{self.speed:g}")
        file = Path(self.scenario)
        options = {
            "scenario": file.resolve() if file.suffix else self.scenario,
            "rate": f"{self.rate:g}" if self.rate else "",
            "channels": self.channels or "",
            "seed": self.seed,
            "truth": truth,
        }
        given = ((f"--{name}", str(value)) for name, value in options.items() if str(value))
        history = "--history" if self.fills(fresh=fresh) else "--no-history"
        return ("run", history, *(text for option in given for text in option))

    @property
    def spec(self) -> Spec:
        """What the scenario's file says; raises `ScenarioError`."""
        return find(self.scenario)

    def check(self) -> None:
        """See that the scenario can be played, before anything starts.

        Raises:
            LocalError: there is no such scenario, or its file is wrong.
        """
        try:
            _ = self.spec
        except ScenarioError as error:
            raise LocalError(str(error), fix="`./telemetra scenarios` lists and checks them.") from error


class Interrupted(BaseException):
    """A signal asked us to stop."""


def run_here(around: Surroundings, plan: Plan, wishes: Wishes, progress: Progress) -> int:
    """Run the stack until a signal or a fallen child.

    Returns:
        The exit code: 0 after a signal, 1 after a fall.
    """
    stopping = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        if not stopping.is_set():
            stopping.set()
            raise Interrupted

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)
    try:
        with Stack(around, around.state, plan, progress) as stack:
            try:
                return _serve(stack, wishes, progress, stopping)
            finally:
                stopping.set()
                progress.say("Stopping; the state is kept." if not stack.fallen() else "Stopping.")
    except Interrupted:
        progress.say(f"Stopped. Start again with `./telemetra up`; everything is in {around.state.path}.")
        return 0


def _serve(stack: Stack, wishes: Wishes, progress: Progress, stopping: threading.Event) -> int:
    watch = Watch(stack.cloud, stack.url, stack.plan.prefix)
    if wishes.producer:
        _go_live(stack, wishes, progress, watch)
    else:
        progress.say("No producer: the streams wait for events.")
    stack.mark_ready()
    archive = "true" if stack.plan.archive else "false"
    websocket = "true" if stack.plan.websocket else "false"
    parameters = {"EnableArchive": archive, "EnableWebSocket": websocket}
    collector = Collector.of(stack.cloud, stack.plan.prefix, parameters)
    Watchman(collector, stack.state, stopping).start()
    progress.say(f"\nReady in {progress.elapsed_s():.1f} s.  Dashboard: {stack.url}\n")
    line = LiveLine(watch, progress.console)
    while not stopping.is_set():
        fallen = stack.fallen()
        if fallen and not (fallen.name == "producer" and wishes.replay and fallen.process.returncode == 0):
            msg = f"The {fallen.name} ended with code {fallen.process.returncode}:\n{fallen.last_words()}"
            raise LocalError(msg, fix=f"Read {fallen.log}, then start again with `./telemetra up`.")
        if fallen:
            stack.forget(fallen)
            progress.say("The replay is over; the dashboard stays until you stop it.")
        line.draw()
        time.sleep(1)
    return 0


def _go_live(stack: Stack, wishes: Wishes, progress: Progress, watch: Watch) -> None:
    truth = stack.state.truth if stack.fresh else stack.state.later_truth
    fills = wishes.fills(fresh=stack.fresh)
    truth.unlink(missing_ok=True)
    producer = stack.start_producer(wishes.arguments(fresh=stack.fresh, truth=truth))
    if fills:
        minutes = wishes.spec.history_ms // MINUTE_MS
        with progress.step(f"last {minutes} minutes of {Path(wishes.scenario).stem}") as step:
            wait_until(truth.is_file, "the history is sent", within_s=120, child=producer)
            step.note(f"what is true of it is in {truth.name}")
    if wishes.replay:
        with progress.step("first messages of the replay"):
            wait_until(
                lambda: watch.is_known() or not producer.alive(),
                "its first messages are counted",
                within_s=120,
                every_s=0.2,
            )
        return
    with progress.step("first live window") as step:
        wait_until(watch.is_live, "a channel has a live window", within_s=120, child=producer, every_s=0.2)
        step.note(f"{progress.elapsed_s():.1f} s after the start")
    if fills:
        with progress.step("caught up") as step:
            caught_up = holds_within(watch.is_caught_up, 120, every_s=0.5)
            step.note("the history is there" if caught_up else "not yet; it goes on in the background")


def run_detached(around: Surroundings, arguments: list[str], progress: Progress) -> int:
    """Start `up` in a session of its own and return once it is ready.

    Raises:
        LocalError: it ended before it was ready; its words are the message.
    """
    state = around.state
    state.path.mkdir(parents=True, exist_ok=True)
    if state.held():
        run = state.read_run()
        msg = f"A stack is already running{f' at {run.url}' if run else ''}."
        raise LocalError(msg, fix="Use it, or stop it with `./telemetra down`.")
    log = state.path / "up.log"
    with log.open("wb") as sink:
        process = subprocess.Popen(
            [sys.executable, "-m", "local", "up", *arguments],
            cwd=ROOT,
            env=around.child_environment({}),
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def settled() -> bool:
        run = state.read_run()
        return process.poll() is not None or (run is not None and run.ready and run.supervisor == process.pid)

    holds_within(settled, 180, every_s=0.1)
    words = log.read_text(errors="replace").strip()
    run = state.read_run()
    if process.poll() is not None or run is None or not run.ready:
        raise LocalError(words or f"`up` ended with code {process.returncode}.", fix=f"Read {log}.")
    progress.say(words)
    progress.say("Running in the background; `./telemetra status` looks at it, `./telemetra down` stops it.")
    return 0
