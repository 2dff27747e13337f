"""What is measured."""

from dataclasses import dataclass

USERS = ["--users", "1000", "--open-rate", "0", "--settle", "0.5"]


@dataclass(frozen=True)
class Case:
    """A kind of load. `latency` names the figure that a person would feel."""

    name: str
    arguments: tuple
    latency: str
    digest: bool = False
    trunk: bool = False


CASES = [
    Case("register", ("register",), "register_ms"),
    Case("register-digest", ("register",), "register_ms", digest=True),
    Case("call", ("calls",), "setup_ms"),
    Case("call-digest", ("calls",), "setup_ms", digest=True),
    Case("trunk", ("calls", "--dial", "9"), "setup_ms", trunk=True),
]


@dataclass(frozen=True)
class Placement:
    """Which cores the server and everything else have."""

    name: str
    server: str | None
    generator: str | None


PINNED = Placement("pinned", "0", "1")
SHARED = Placement("shared", None, None)


def peak(case, seconds):
    """As much as the server takes, 64 at once."""
    return [*case.arguments, *USERS, "--warmup", "1", "--duration", str(seconds), "--max", "--in-flight", "64"]


def steady(case, seconds, rate):
    """So many a second, whether the server keeps up or not."""
    return [*case.arguments, *USERS, "--warmup", "1", "--duration", str(seconds), "--rate", f"{rate:.0f}"]


MANY = ["calls", "--users", "9000", "--open-rate", "0", "--settle", "1", "--timeout", "30", "--warmup", "1"]


def most_among_many(seconds):
    """As many calls as the server takes, of enough people that somebody is always free."""
    return [*MANY, "--duration", str(seconds), "--max", "--in-flight", "64"]


def among_many(seconds, rate):
    """So many calls of the same people, whether the server can carry them or not."""
    return [*MANY, "--duration", str(seconds), "--rate", f"{rate:.0f}"]


def idle(users):
    return ["idle", "--users", str(users), "--open-rate", "0", "--settle", "2", "--duration", "5"]


def calls_among(users, seconds, rate):
    """The same calls with more people registered."""
    return ["calls", "--users", str(users), "--open-rate", "0", "--warmup", "1", "--duration", str(seconds), "--rate", str(rate)]


def calls_beside(in_progress, seconds, rate):
    """The same calls while others go on: each lasts until there are so many at once."""
    hold = in_progress / rate
    users = max(1000, 2 * in_progress + 4 * rate)
    return [
        *("calls", "--users", str(users), "--open-rate", "0", "--rate", str(rate)),
        *("--hold", f"{hold:.1f}", "--warmup", f"{hold + 2:.0f}", "--duration", str(seconds)),
    ]
