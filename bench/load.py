"""One run of the load generator against one server, and what it measured."""

import json
import os
import subprocess
import tempfile
from pathlib import Path

WSLOAD = Path(__file__).parent / "wsload" / "wsload"
PASSWORD = "secret"
LONGEST = 240  # seconds that any run may take


class Run:
    """Figures of one run. Times are in milliseconds, memory in KiB."""

    def __init__(self, figures):
        self.figures = figures

    def __getitem__(self, path):
        """A figure by its path, such as "setup_ms/p99"; None when the run has none."""
        value = self.figures
        for step in path.split("/"):
            value = value.get(step) if isinstance(value, dict) else None
        return value if isinstance(value, (int, float)) else None

    @property
    def failures(self):
        figures = self.figures
        return (
            sum(figures["failures"].values())
            + sum(figures["bye_failures"].values())
            + figures["dropped"]
            + figures["protocol_errors"]
            + figures["conn_failed"]
        )

    @property
    def disturbance(self):
        """Per cent of a core that processes took which do not belong to the measurement."""
        return max(0.0, self.figures["other_core_pct"])


def run(server, arguments, *, digest=False, cpus=None, trunk=None):
    """Puts load on a server until it is over.

    `cpus` are those of the generator, `trunk` is the process that answers calls to the trunk; what it takes is no
    disturbance.
    """
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "figures.json"
        command = ["taskset", "-c", cpus] if cpus else []
        command += [str(WSLOAD), *arguments, "--url", server.url, "--pid", str(server.pid), "--quiet", "--json", str(out)]
        if digest:
            command += ["--password", PASSWORD]
        before = cpu_ms(trunk.pid) if trunk else 0
        done = subprocess.run(command, capture_output=True, text=True, timeout=LONGEST)
        if not out.exists() or not out.read_text():
            raise RuntimeError(f"{' '.join(command)}\n{done.stdout}{done.stderr}")
        figures = json.loads(out.read_text())
        if trunk:
            took = cpu_ms(trunk.pid) - before
            figures["other_core_pct"] -= took / 10 / (figures["window_s"] + 1)
        return Run(figures)


def cpu_ms(pid):
    """CPU time that a process has had."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK")
