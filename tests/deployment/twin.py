"""The container's limits without a container engine: what `docker run` or the kubelet would do, done by unshare and prlimit.

    unshare [-r] --net --mount python -m tests.deployment.twin PLAN.json

Starts the server that the plan names under the limits, tries it, and prints what it found as one JSON line. The plan's
`writable` folder is all that can be written; there is no network but loopback, no home, no capability, and no way to get one.
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import json
import os
import resource
import signal
import socket
import struct
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any

LIBC = ctypes.CDLL(None, use_errno=True)
MS_RDONLY, MS_REMOUNT, MS_BIND = 1, 32, 4096
KEPT = {"nosuid": 2, "nodev": 4, "noexec": 8, "noatime": 1024, "nodiratime": 2048, "relatime": 1 << 21}
"""Options of a mount that a user namespace may not take away."""
PR_SET_PDEATHSIG, PR_SET_NO_NEW_PRIVS, PR_SET_MDWE, PR_CAPBSET_DROP = 1, 38, 65, 24
CAPABILITIES = range(64)
UNPRIVILEGED = 10001
"""The user of the Dockerfile; no machine knows it by name."""


def loopback_up() -> None:
    """Brings up the one device of a new network."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        fcntl.ioctl(asking, 0x8914, struct.pack("16sH14x", b"lo", 0x1 | 0x40))  # SIOCSIFFLAGS, IFF_UP | IFF_RUNNING


def read_only(writable: str) -> None:
    """Makes every file system read-only but for one folder; without one, nothing can be written at all."""
    if writable:
        mount(writable, writable, MS_BIND)
    for line in Path("/proc/self/mounts").read_text(encoding="utf-8").splitlines():
        place, options = line.split()[1].encode().decode("unicode_escape"), line.split()[3].split(",")
        if place != writable and "ro" not in options:
            flags = sum(KEPT.get(option, 0) for option in options)
            mount(
                "",
                place,
                MS_BIND | MS_REMOUNT | MS_RDONLY | flags,
                may_fail=place.startswith(("/proc", "/sys", "/dev")),
            )


def mount(source: str, target: str, flags: int, *, may_fail: bool = False) -> None:
    done = LIBC.mount(source.encode(), target.encode(), b"", flags, b"")
    if done != 0 and not may_fail:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), target)


def confine(plan: dict[str, Any]) -> None:
    """In the child, before the server is started: what it may not do, and how much of what it may."""
    os.umask(0o077)
    resource.setrlimit(resource.RLIMIT_AS, (plan["address_space"],) * 2)
    resource.setrlimit(resource.RLIMIT_NOFILE, (1024, 1024))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for capability in CAPABILITIES:
        LIBC.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)
    if plan["user"]:
        os.setgroups([])
        os.setresgid(UNPRIVILEGED, UNPRIVILEGED, UNPRIVILEGED)
        os.setresuid(UNPRIVILEGED, UNPRIVILEGED, UNPRIVILEGED)
        resource.setrlimit(
            resource.RLIMIT_NPROC, (plan["tasks"],) * 2
        )  # counts what this user runs, and nobody else is it
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    LIBC.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    LIBC.prctl(PR_SET_MDWE, 1, 0, 0, 0)  # Linux 6.3: what systemd calls MemoryDenyWriteExecute


def main() -> None:
    plan = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    loopback_up()
    for source, target in plan["binds"].items():
        mount(source, target, MS_BIND)
    read_only(plan["writable"])
    with subprocess.Popen(
        plan["command"], cwd=plan["folder"], env=plan["environment"], preexec_fn=lambda: confine(plan),  # noqa: PLW1509  nothing runs beside it
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as server:  # fmt: skip
        assert server.stdout
        assert server.stderr
        found: dict[str, Any] = {"says": server.stdout.readline(), "walls": walls(plan)}
        try:
            if "Tact serves" in found["says"]:
                found |= tried(plan, server.pid)
                server.send_signal(signal.SIGTERM)
            found["code"] = server.wait(30)
        finally:  # else what went wrong here would wait for a server that nobody stops
            server.kill()
        found["error"] = server.stderr.read()
    print(json.dumps(found))


def walls(plan: dict[str, Any]) -> dict[str, Any]:
    """What stops even this process, whose rights the server does not have: that the limits are there at all."""
    refused = []
    for place in ("/tmp", "/var/tmp", plan["folder"], str(Path(__file__).parent)):
        try:
            (Path(place) / "tact-was-here").touch()
        except OSError as error:
            refused.append(errno.errorcode[error.errno or 0])
        else:
            (Path(place) / "tact-was-here").unlink()
            refused.append("written")
    devices = Path("/proc/self/net/dev").read_text(encoding="utf-8").splitlines()[2:]
    return {"outside": sorted(set(refused)), "devices": [line.split(":")[0].strip() for line in devices]}


def tried(plan: dict[str, Any], pid: int) -> dict[str, Any]:
    """The image's own health check, one request, and what the kernel knows of the process."""
    healthy = subprocess.run(plan["health"], capture_output=True, text=True, timeout=20)
    request = urllib.request.Request(plan["url"], plan["body"].encode(), plan["headers"])
    with urllib.request.urlopen(request, timeout=20) as response:
        answer = response.read().decode()
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    known = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
    return {
        "health": healthy.returncode,
        "health_error": healthy.stderr,
        "answer": answer,
        "peak": int(known["VmHWM"].split()[0]) * 1024,
        "threads": int(known["Threads"]),
        "user": int(known["Uid"].split()[0]),
        "capabilities": int(known["CapEff"], 16) | int(known["CapPrm"], 16),
        "writes": outside(pid),
    }


def outside(pid: int) -> list[str]:
    """Files that the process holds open for writing, other than its output."""
    found = []
    for entry in Path(f"/proc/{pid}/fd").iterdir():
        try:
            flags = Path(f"/proc/{pid}/fdinfo/{entry.name}").read_text(encoding="utf-8").split("flags:")[1].split()[0]
            target = str(entry.readlink())
        except FileNotFoundError:  # closed meanwhile, as a socket may be; files of a database stay open
            continue
        if int(flags, 8) & 3 and target.startswith("/"):
            found.append(target)
    return sorted(found)


if __name__ == "__main__":
    main()
