"""Tables of ratios: ours by theirs, so below 1 is better wherever less is better."""

import statistics

FIGURES = [  # title, path in a run, how it is written
    ("CPU-ms per 1000", "cpu_ms_per_1000", "{:.1f}"),
    ("per s", "per_s", "{:.0f}"),
]


def median(runs, path):
    values = [each[path] for each in runs if each[path] is not None]
    return statistics.median(values) if values else float("nan")


def ratios(pair_runs, path):
    """Of each pair."""
    return [
        ours[path] / theirs[path]
        for ours, theirs in zip(pair_runs["Tandem"], pair_runs["Kamailio"])
        if ours[path] is not None and theirs[path]
    ]


def ratio_text(values):
    if not values:
        return "-"
    return f"**{statistics.median(values):.2f}** ({min(values):.2f} to {max(values):.2f})"


def comparison(results, latency_of):
    """A line for each case and load."""
    lines = [
        "| case | load | CPU-ms per 1000: ours / theirs | ratio (of the pairs) | per s: ours / theirs | ratio "
        "| p50 ms | p99 ms | p99.9 ms | failures |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for (case, load), runs in results.items():
        latency = latency_of(case)
        both = lambda path, form: " / ".join(form.format(median(runs[name], path)) for name in ("Tandem", "Kamailio"))
        lines.append(
            "| "
            + " | ".join(
                [
                    case,
                    load,
                    both("cpu_ms_per_1000", "{:.1f}"),
                    ratio_text(ratios(runs, "cpu_ms_per_1000")),
                    both("per_s", "{:.0f}"),
                    ratio_text(ratios(runs, "per_s")),
                    both(f"{latency}/p50", "{:.2f}"),
                    both(f"{latency}/p99", "{:.2f}"),
                    both(f"{latency}/p999", "{:.2f}"),
                    " / ".join(str(sum(each.failures for each in runs[name])) for name in ("Tandem", "Kamailio")),
                ]
            )
            + " |"
        )
    return "\n".join(lines)


def idle(rows):
    """`rows`: (server, users, run when cold, run when warm)."""
    lines = [
        "| server | connections | PSS KiB per connection | PSS MiB in all | opened and registered, warm, s | idle, % of a core |",
        "|---|---|---|---|---|---|",
    ]
    for server, users, cold, warm in rows:
        lines.append(
            f"| {server} | {users} | {cold['pss_kib_per_conn']:.1f} | {cold['pss_loaded_kib'] / 1024:.0f} "
            f"| {warm['registered_s']:.2f} | {cold['server_core_pct']:.1f} |"
        )
    return "\n".join(lines)


def overload(rows):
    """`rows`: (server, times its peak, its peak, run)."""
    lines = [
        "| server | offered per s | carried per s | of the peak | refused after ms: p50 / p99 | answered after ms: p50 / p99 "
        "| hung up after ms: p50 / p99 | lost | generator, % of its core |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for server, times, peak, run in rows:
        of = lambda what: " / ".join("-" if run[f"{what}_ms/{q}"] is None else f"{run[f'{what}_ms/{q}']:.0f}" for q in ("p50", "p99"))
        lines.append(
            f"| {server} | {times * peak:.0f} ({times}x) | {run['per_s']:.0f} | {run['per_s'] / peak:.0%} | {of('refusal')} "
            f"| {of('setup')} | {of('bye')} | {run.failures - (run['failures/503'] or 0):.0f} | {run['generator_core_pct']:.0f} |"
        )
    return "\n".join(lines)


def growth(rows):
    """`rows`: (what, how many, {server: run})."""
    lines = ["| | CPU-ms per 1000 calls: ours / theirs | p99 ms | failures |", "|---|---|---|---|"]
    for what, count, runs in rows:
        both = lambda path, form: " / ".join(form.format(runs[name][path]) for name in ("Tandem", "Kamailio"))
        lines.append(
            f"| {count} {what} | {both('cpu_ms_per_1000', '{:.0f}')} | {both('setup_ms/p99', '{:.2f}')} "
            f"| {runs['Tandem'].failures} / {runs['Kamailio'].failures} |"
        )
    return "\n".join(lines)


def against_recorded(results, recorded):
    """What got worse: text, and whether anything did by more than the bench can tell."""
    lines, worse = [], False
    for (case, load), runs in results.items():
        now = statistics.median(ratios(runs, "cpu_ms_per_1000"))
        before = recorded.get(f"{case} {load}")
        if before is None:
            lines.append(f"{case} {load}: {now:.2f} (not recorded)")
            continue
        change = now / before - 1
        is_worse = change > RESOLUTION
        worse = worse or is_worse
        lines.append(f"{case} {load}: {now:.2f}, recorded {before:.2f} ({change:+.0%}){'  WORSE' if is_worse else ''}")
    return "\n".join(lines), worse


RESOLUTION = 0.15  # differences below it mean nothing between two series on one machine
