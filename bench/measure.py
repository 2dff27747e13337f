"""Runs pairs: the two servers take turns on the same cores, and a disturbed run is made again."""

import os
import statistics
import sys
import tempfile
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path

import cases
from load import run
from servers import Kamailio, Tandem, Trunk

MOST_DISTURBANCE = 15.0  # per cent of a core
WARM = 0.95  # of the least cost before: what it costs hardly falls any more
LEAST_WARM_UPS = {"Tandem": 6, "Kamailio": 2}  # a Java machine compiles for tens of thousands of calls
MOST_WARM_UPS = 12


class Bench:
    """How often and how long, on which Java machine."""

    def __init__(self, java, pairs, seconds, warm_up=None, patience=30, spare=4):
        """`warm_up` is how many seconds each server is driven before the first run, by its name; without, until it is warm.
        `patience` is how many seconds each run waits at most for a machine that does nothing else, `spare` how many
        disturbed pairs of a series are made again.
        """
        self.java, self.pairs, self.seconds = java, pairs, seconds
        self.warm_up, self.patience, self.spare = warm_up, patience, spare

    @contextmanager
    def servers(self, placement, digest):
        with tempfile.TemporaryDirectory(prefix="tandem-bench-") as name, ExitStack() as stack:
            folder = Path(name)
            trunk = Trunk(folder, cpus=placement.generator)
            stack.callback(trunk.close)
            both = []
            for make in (
                lambda: Tandem(folder, self.java, digest=digest, cpus=placement.server),
                lambda: Kamailio(folder, digest=digest, cpus=placement.server),
            ):
                both.append(make())
                stack.callback(both[-1].close)
            yield both, trunk

    def compare(self, some, placement, half=True):
        """At the peak and, if wanted, at half of Kamailio's peak: {(case, load): {server: [runs]}}."""
        results = {}
        for digest in (False, True):
            chosen = [case for case in some if case.digest == digest]
            if not chosen:
                continue
            with self.servers(placement, digest) as (both, trunk):
                for case in chosen:
                    for server in both:
                        self.warm(server, case, placement, trunk)
                    at_peak = self.series(both, case, placement, trunk, lambda: cases.peak(case, self.seconds))
                    results[case.name, "peak"] = at_peak
                    if half:
                        rate = statistics.median(each["per_s"] for each in at_peak["Kamailio"]) / 2
                        results[case.name, "half"] = self.series(
                            both, case, placement, trunk, lambda: cases.steady(case, self.seconds, rate)
                        )
        return results

    def warm(self, server, case, placement, trunk):
        """For as long as was said, or until a unit costs hardly less than in the runs before, twice in a row."""
        if self.warm_up:
            self.once(server, cases.peak(case, self.warm_up[server.name]), case, placement, trunk)
            return
        best = float("inf")
        in_a_row = 0
        for done in range(1, MOST_WARM_UPS + 1):
            cost = self.once(server, cases.peak(case, 4), case, placement, trunk)["cpu_ms_per_1000"]
            in_a_row = in_a_row + 1 if cost > WARM * best else 0
            best = min(best, cost)
            if in_a_row >= 2 and done >= LEAST_WARM_UPS[server.name]:
                return

    def series(self, both, case, placement, trunk, arguments):
        got = {server.name: [] for server in both}
        spare = self.spare
        while len(got["Tandem"]) < self.pairs:
            turn = both if len(got["Tandem"]) % 2 == 0 else list(reversed(both))
            pair = {server.name: self.once(server, arguments(), case, placement, trunk) for server in turn}
            worst = max(each.disturbance for each in pair.values())
            if worst > MOST_DISTURBANCE:
                again = spare > 0
                print(f"  {case.name}: disturbed by {worst:.0f}% of a core{', again' if again else ''}", file=sys.stderr, flush=True)
                if again:
                    spare -= 1
                    continue
            for name, each in pair.items():
                got[name].append(each)
        return got

    def once(self, server, arguments, case, placement, trunk):
        wait_for_quiet(self.patience)
        return run(
            server, arguments, digest=case.digest, cpus=placement.generator, trunk=trunk if case.trunk else None
        )

    def alone(self, name, placement, arguments, digest=False, warm=None):
        """One run on a server that was started for it."""
        with tempfile.TemporaryDirectory(prefix="tandem-bench-") as folder:
            if name == "Tandem":
                server = Tandem(Path(folder), self.java, digest=digest, cpus=placement.server)
            else:
                server = Kamailio(Path(folder), digest=digest, cpus=placement.server)
            try:
                for each in warm or []:
                    run(server, each, digest=digest, cpus=placement.generator)
                wait_for_quiet(self.patience)
                return run(server, arguments, digest=digest, cpus=placement.generator)
            finally:
                server.close()


def wait_for_quiet(longest):
    """Until the machine does next to nothing for a second; not for ever."""
    end = time.monotonic() + longest
    while time.monotonic() < end:
        before = busy_seconds()
        time.sleep(1)
        if busy_seconds() - before < 0.15:
            return


def busy_seconds():
    fields = [int(each) for each in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]]
    return (fields[0] + fields[1] + fields[2] + fields[5] + fields[6]) / os.sysconf("SC_CLK_TCK")
