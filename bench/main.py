"""Measures the gateway against Kamailio. Started by bench/run, which builds what it needs."""

import argparse
import json
import signal
import statistics
import sys
from pathlib import Path

import cases
import report
from measure import Bench
from servers import Java

RECORDED = Path(__file__).parent / "recorded.json"
SHORT = ("register", "call", "trunk")


def options():
    parser = argparse.ArgumentParser(prog="bench/run", description=__doc__)
    parser.add_argument("--short", action="store_true", help="two minutes: three ratios, beside the recorded ones")
    parser.add_argument("--record", action="store_true", help="with --short: keep these ratios as the recorded ones")
    parser.add_argument("--only", help="cases, with commas: " + ", ".join(each.name for each in cases.CASES))
    parser.add_argument("--parts", default="pinned,shared,idle,growth,overload", help="with commas (default: all)")
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=6, help="of each run")
    parser.add_argument("--java", default="java", help="the program to run the gateway with")
    parser.add_argument("--java-options", default="-XX:+UseSerialGC -XX:+ExitOnOutOfMemoryError")
    parser.add_argument("--jar", required=True, help=argparse.SUPPRESS)
    return parser.parse_args()


def latency_of(name):
    return next(each.latency for each in cases.CASES if each.name == name)


def short(java, record):
    bench = Bench(java, pairs=2, seconds=2, warm_up={"Tandem": 12, "Kamailio": 2}, patience=2, spare=0)
    some = [each for each in cases.CASES if each.name in SHORT]
    results = bench.compare(some, cases.PINNED, half=False)
    print(report.comparison(results, latency_of))
    if record:
        kept = {
            f"{case} {load}": round(statistics.median(report.ratios(runs, "cpu_ms_per_1000")), 3)
            for (case, load), runs in results.items()
        }
        RECORDED.write_text(json.dumps(kept, indent=2) + "\n")
        return 0
    text, worse = report.against_recorded(results, json.loads(RECORDED.read_text()) if RECORDED.exists() else {})
    print("\nRatios of CPU per unit, ours by Kamailio's:\n" + text)
    return 1 if worse else 0


def whole(java, chosen):
    bench = Bench(java, chosen.pairs, chosen.seconds)
    only = chosen.only.split(",") if chosen.only else [each.name for each in cases.CASES]
    some = [each for each in cases.CASES if each.name in only]
    parts = chosen.parts.split(",")
    print(f"{java.version()}, {' '.join(java.options)}; {chosen.pairs} pairs of {chosen.seconds} s\n", flush=True)
    for placement in (cases.PINNED, cases.SHARED):
        if placement.name in parts:
            print(f"### {placement.name}\n\n{report.comparison(bench.compare(some, placement), latency_of)}\n", flush=True)
    if "idle" in parts:
        print(f"### idle\n\n{report.idle(idle(bench))}\n", flush=True)
    if "growth" in parts:
        print(f"### growth\n\n{report.growth(growth(bench, chosen.seconds))}\n", flush=True)
    if "overload" in parts:
        print(f"### overload\n\n{report.overload(overload(bench, chosen.seconds))}\n", flush=True)
    return 0


def overload(bench, seconds):
    with bench.servers(cases.PINNED, False) as (both, trunk):
        for server in both:
            bench.warm(server, cases.CASES[2], cases.PINNED, trunk)
            peak = bench.once(server, cases.most_among_many(seconds), cases.CASES[2], cases.PINNED, trunk)["per_s"]
            for times in (1.2, 2, 0.5):
                yield server.name, times, peak, bench.once(
                    server, cases.among_many(seconds, times * peak), cases.CASES[2], cases.PINNED, trunk
                )


def idle(bench):
    for users in (1000, 5000, 10_000):
        for name in ("Tandem", "Kamailio"):
            load = cases.idle(users)
            cold = bench.alone(name, cases.SHARED, load)
            warm = bench.alone(name, cases.SHARED, load, warm=[cases.idle(2000)] * 3)
            yield name, users, cold, warm


def growth(bench, seconds):
    warm = [cases.peak(cases.CASES[2], 15)]
    for users in (100, 1000, 10_000):
        load = cases.calls_among(users, seconds, 300)
        yield "registered", users, {each: bench.alone(each, cases.PINNED, load, warm=warm) for each in ("Tandem", "Kamailio")}
    for calls in (0, 1000, 5000):
        load = cases.calls_beside(calls, seconds, 200)
        yield "calls in progress", calls, {
            each: bench.alone(each, cases.PINNED, load, warm=warm) for each in ("Tandem", "Kamailio")
        }


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # the servers are ended on the way out
    chosen = options()
    java = Java(chosen.java, chosen.java_options.split(), chosen.jar)
    sys.exit(short(java, chosen.record) if chosen.short else whole(java, chosen))


if __name__ == "__main__":
    main()
