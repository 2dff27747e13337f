"""The two servers, each on ports of its own, so that both can be there and take turns."""

import os
import signal
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

HERE = Path(__file__).parent
TRUNK_PORT = 15090
PATIENCE = 60  # seconds until a server must be there


class Server:
    """A process that is started, has a port, and is ended."""

    name = "?"
    url = "?"

    def __init__(self, command, log, environment=None):
        self.log = open(log, "w")
        self.process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=self.log, stderr=subprocess.STDOUT, env=environment, start_new_session=True
        )

    @property
    def pid(self):
        return self.process.pid

    def settle(self, seconds):
        """For a program that has no page that says "ready"; it has ended by then if its port is taken."""
        time.sleep(seconds)
        self.check()

    def check(self):
        if self.process.poll() is not None:
            raise RuntimeError(f"{self.name} has ended: {Path(self.log.name).read_text()[-2000:]}")

    def close(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.log.close()


class Kamailio(Server):
    """With as many workers as the cores that it has can use."""

    name = "Kamailio"
    PORT, SIP_PORT = 18081, 15061

    def __init__(self, folder, *, digest, cpus):
        self.url = f"ws://127.0.0.1:{self.PORT}/"
        state = folder / "kamailio"
        state.mkdir(exist_ok=True)
        descriptors = min(60_000, os.sysconf("SC_OPEN_MAX"))
        defined = {
            "P_WS": self.PORT,
            "P_SIP": self.SIP_PORT,
            "N_UDP": 2,
            "N_TCP": 2 if cpus else 4,
            "N_FD": descriptors,
            "RDBUF": 16384,
            "TRUNK": f'"sip:127.0.0.1:{TRUNK_PORT}"',
        }
        command = ["taskset", "-c", cpus] if cpus else []
        command += ["kamailio", "-f", str(HERE / "kamailio" / "kamailio.cfg"), "-DD", "-E", "-Y", str(state)]
        command += ["-P", str(state / "main.pid"), "-x", "fm", "-X", "fm", "-m", "2048", "-M", "32"]
        command += ["-l", f"tcp:127.0.0.1:{self.PORT}", "-l", f"udp:127.0.0.1:{self.SIP_PORT}"]
        for name, value in defined.items():
            command += ["-A", f"{name}={value}"]
        if digest:
            command += ["-A", "WITH_AUTH"]
        super().__init__(command, folder / "kamailio.log", dict(os.environ, PATH=os.environ["PATH"] + ":/usr/sbin"))
        self.settle(1.5)


class Tandem(Server):
    """The jar, with the configuration that the project has for this generator."""

    name = "Tandem"
    PORT, SIP_PORT = 18080, 15060

    def __init__(self, folder, java, *, digest, cpus):
        self.url = f"ws://127.0.0.1:{self.PORT}/ws"
        sample = HERE.parent / "config" / ("bench.yaml" if digest else "bench-noauth.yaml")
        text = sample.read_text()
        for theirs, ours in ((8080, self.PORT), (5060, self.SIP_PORT), (5090, TRUNK_PORT)):
            text = text.replace(f"127.0.0.1:{theirs}", f"127.0.0.1:{ours}")
        config = folder / sample.name
        config.write_text(text)
        command = ["taskset", "-c", cpus] if cpus else []
        super().__init__(command + java.command("--config", str(config)), folder / "tandem.log")
        self.wait_until_ready()

    def wait_until_ready(self):
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.PORT}/readyz", timeout=1):
                    return
            except (urllib.error.URLError, OSError):
                self.check()
                time.sleep(0.1)
        raise RuntimeError(f"the gateway does not serve within {PATIENCE} s")


class Java:
    """Which Java machine runs the gateway, and how."""

    def __init__(self, program, options, jar):
        self.program, self.options, self.jar = program, options, jar

    def command(self, *arguments):
        return [self.program, *self.options, "-jar", self.jar, *arguments]

    def version(self):
        said = subprocess.run([self.program, "-version"], capture_output=True, text=True).stderr
        return said.splitlines()[0]


class Trunk(Server):
    """SIPp, which takes every call."""

    name = "trunk"

    def __init__(self, folder, *, cpus):
        command = ["taskset", "-c", cpus] if cpus else []
        command += ["sipp", "-sf", str(HERE / "kamailio" / "trunk-uas.xml"), "-i", "127.0.0.1", "-p", str(TRUNK_PORT), "-nostdin"]
        super().__init__(command, folder / "sipp.log")
        self.settle(0.5)
