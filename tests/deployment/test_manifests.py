"""What stands in deploy/ agrees with the program and with itself: versions, settings, ports, privileges, and no secret in it."""

from __future__ import annotations

import re
import shutil
import subprocess
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from packaging.requirements import Requirement

from bot.settings import NAMES
from tests.deployment.papers import DEPLOY, ROOT, compose, dockerfile, kubernetes, locked, unit

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
VERSION = PROJECT["project"]["version"]
USER = "10001"
SECRETS = {name for name in NAMES if re.search(r"TOKEN|SECRET|KEY|DATABASE_URL", name)} - {"DISCORD_PUBLIC_KEY"}
SERVICES = {name: service for name, service in compose()["services"].items() if name != "database"}
WORKLOADS = {
    f"{one['kind']} {one['metadata']['name']}": one for one in kubernetes() if one["kind"] in ("Deployment", "Job")
}
PAPERS = [path for path in DEPLOY.rglob("*") if path.suffix in (".yaml", ".service", ".md", "") and path.is_file()]


def pod(name: str) -> Mapping[str, Any]:
    return dict(WORKLOADS[name]["spec"]["template"]["spec"])


def settings_said() -> Iterator[tuple[str, str]]:
    """Every setting that any of the papers gives a value."""
    yield from dockerfile().environment.items()
    for service in compose()["services"].values():
        yield from service.get("environment", {}).items()
    for one in kubernetes():
        if one["kind"] == "ConfigMap":
            yield from one["data"].items()
    for name in WORKLOADS:
        for said in pod(name)["containers"][0].get("env", ()):
            yield said["name"], said["value"]


def test_versions_agree() -> None:
    [label] = dockerfile().says("LABEL")
    assert f'org.opencontainers.image.version="{VERSION}"' in label
    assert {service["image"] for service in SERVICES.values()} == {f"tact:{VERSION}"}
    [images] = [one["images"] for one in kubernetes() if one["kind"] == "Kustomization"]
    assert [image["newTag"] for image in images] == [VERSION]


def test_images_are_pinned_to_a_release() -> None:
    [(_, python)] = [i for i in dockerfile().instructions if i[0] == "ARG"]
    for image in (python.partition("=")[2], compose()["services"]["database"]["image"]):
        assert re.fullmatch(r"[a-z]+:\d+\.\d+(\.\d+)?-[a-z-]+(@sha256:[0-9a-f]{64})?", image), image
    stages = {text.split()[0] for word, text in dockerfile().instructions if word == "FROM"}
    assert stages == {"${PYTHON}"}


def test_the_lock_holds_all_that_the_images_python_needs() -> None:
    """A marker such as python_version >= "3.13" would ask for more than a lock made for 3.11 holds."""
    version = re.search(r"python:(\d+\.\d+)", (DEPLOY / "Dockerfile").read_text(encoding="utf-8")).group(1)  # type: ignore[union-attr]
    where = {"python_version": version, "python_full_version": f"{version}.15", "sys_platform": "linux"}
    from importlib.metadata import PackageNotFoundError, requires

    have = locked()
    wanted = [Requirement(line) for line in PROJECT["project"]["dependencies"]]
    seen: set[tuple[str, frozenset[str]]] = set()
    while wanted:
        one = wanted.pop()
        name = re.sub(r"[-_.]+", "-", one.name).lower()
        assert name in have, f"{name} is needed by Python {version} and not locked"
        assert one.specifier.contains(have[name], prereleases=True), one
        if (name, frozenset(one.extras)) in seen:
            continue
        seen.add((name, frozenset(one.extras)))
        try:
            lines = requires(name) or []
        except PackageNotFoundError:
            continue
        for more in map(Requirement, lines):
            if more.marker is None or any(more.marker.evaluate({**where, "extra": e}) for e in ("", *one.extras)):
                wanted.append(more)


def test_every_requirement_is_locked_with_its_hashes() -> None:
    for name in ("requirements.lock", "build-requirements.lock"):
        text = (DEPLOY / name).read_text(encoding="utf-8")
        for part in re.split(r"^(?=\S)", text, flags=re.M)[1:]:
            assert re.match(r"[a-z0-9.-]+==\S+ \\\n\s+--hash=sha256:[0-9a-f]{64}", part), part[:80]
    build = " ".join(text for word, text in dockerfile().instructions if word == "RUN")
    installs = [part for part in build.split(" && ") if " install " in f" {part}" and "pip" in part]
    assert len(installs) == 3
    for install in installs:
        assert "--require-hashes --only-binary=:all:" in install or "--no-index --no-deps" in install, install
    for needed in PROJECT["build-system"]["requires"]:
        assert Requirement(needed).specifier.contains(locked("build-requirements.lock")[Requirement(needed).name])


def test_the_image_holds_what_the_wheel_needs_and_nothing_else() -> None:
    copied = {part for word, text in dockerfile().instructions if word == "COPY" for part in text.split()[:-1]}
    sources = {part.removeprefix("./") for part in copied if not part.startswith(("--", "/"))}
    packages = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    locks = {"deploy/requirements.lock", "deploy/build-requirements.lock"}
    assert sources == {*packages, *locks, "pyproject.toml", PROJECT["project"]["readme"]}
    allowed = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert allowed[0] == "*"
    assert {line[1:] for line in allowed if line.startswith("!")} == sources


def test_every_setting_named_exists_and_no_secret_is_inline() -> None:
    known = {*NAMES, *(f"{name}_FILE" for name in NAMES)}
    for name, value in settings_said():
        if name.startswith(("TACT_", "SLACK_", "DISCORD_", "OPENAI_", "ANTHROPIC_")):
            assert name in known
        assert name not in SECRETS or value == "sqlite:////data/tact.db", f"{name} belongs in a file"
        if name.endswith("_FILE"):
            assert value.startswith("/run/secrets/")
    [example] = [one for one in kubernetes() if one["kind"] == "Secret"]
    assert set(example["stringData"].values()) == {""}
    [kustomization] = [one for one in kubernetes() if one["kind"] == "Kustomization"]
    assert example["file"] not in kustomization["resources"]
    for path in PAPERS:
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"xox[bpars]-[0-9A-Za-z]|xapp-[0-9A-Za-z]|-----BEGIN|AKIA[0-9A-Z]{16}", text), path


def test_every_secret_file_is_one_that_is_mounted() -> None:
    held = {f"/run/secrets/{name}" for name in compose()["secrets"]}
    for name, service in compose()["services"].items():
        named = {value for key, value in service.get("environment", {}).items() if key.endswith("_FILE")}
        assert named == {f"/run/secrets/{secret}" for secret in service.get("secrets", ())}, name
        assert named <= held
    [shared] = [one["data"] for one in kubernetes() if one["kind"] == "ConfigMap"]
    [example] = [one for one in kubernetes() if one["kind"] == "Secret"]
    for name in WORKLOADS:
        own = {said["name"]: said["value"] for said in pod(name)["containers"][0].get("env", ())}
        named = {value for key, value in {**shared, **own}.items() if key.endswith("_FILE")}
        [mounted] = [volume["secret"]["items"] for volume in pod(name)["volumes"] if "secret" in volume]
        assert named == {f"/run/secrets/tact/{item['path']}" for item in mounted}, name
        assert {item["key"] for item in mounted} <= set(example["stringData"])


def test_ports_agree() -> None:
    port = dockerfile().environment["TACT_HTTP"].rpartition(":")[2]
    assert dockerfile().says("EXPOSE") == [port]
    assert f"'127.0.0.1', {port}" in dockerfile().health[-1]
    assert {said for name, said in settings_said() if name == "TACT_HTTP"} == {f"0.0.0.0:{port}"}
    published = [p for service in compose()["services"].values() for p in service.get("ports", ())]
    assert published == [f"127.0.0.1:{port}:{port}"], "only the proxy of this computer reaches it"
    policies = [one for one in kubernetes() if one["kind"] == "NetworkPolicy" and "ingress" in one["spec"]]
    assert [p["port"] for one in policies for rule in one["spec"]["ingress"] for p in rule["ports"]] == [int(port)]
    for name in WORKLOADS:
        for said in pod(name)["containers"][0].get("ports", ()):
            assert said == {"name": "http", "containerPort": int(port)}


def test_the_image_runs_as_nobody_in_particular() -> None:
    assert dockerfile().says("USER") == [f"{USER}:{USER}"]
    assert dockerfile().health[:2] == ["/opt/tact/bin/python", "-c"]
    assert not re.search(r"\b(curl|wget|sudo|apt-get|ADD)\b", " ".join(" ".join(i) for i in dockerfile().instructions))


@pytest.mark.parametrize("name", compose()["services"])
def test_containers_of_compose_have_no_privilege(name: str) -> None:
    service = compose()["services"][name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert not {"privileged", "cap_add", "network_mode", "pid", "ipc", "devices"} & set(service)
    assert service["user"].split(":")[0] not in ("0", "root")
    assert service["mem_limit"]
    assert service["pids_limit"]
    assert not [one for one in service.get("volumes", ()) if one.startswith(("/", ".", "~"))]


def test_compose_migrates_before_it_serves_and_hides_the_database() -> None:
    said = compose()
    assert said["networks"]["inside"] == {"internal": True}
    assert said["services"]["database"]["networks"] == ["inside"]
    assert "ports" not in said["services"]["database"]
    assert said["services"]["migrate"]["command"] == ["migrate"]
    for name in ("slack", "discord"):
        assert said["services"][name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}
        assert said["services"][name]["command"] == ["serve", name]
        assert said["services"][name]["profiles"] == [name]


@pytest.mark.parametrize("name", WORKLOADS)
def test_pods_are_restricted(name: str) -> None:
    """What the Pod Security Standard `restricted` asks for, and a read-only root beside it."""
    said, [container] = pod(name), pod(name)["containers"]
    assert said["securityContext"]["runAsNonRoot"] is True
    assert str(said["securityContext"]["runAsUser"]) == USER
    assert said["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert said["automountServiceAccountToken"] is False
    assert said["enableServiceLinks"] is False, "a service's link could be taken for a setting"
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]},
    }  # fmt: skip
    assert container["resources"]["limits"]["memory"]
    assert not [volume for volume in said["volumes"] if "hostPath" in volume]
    [labels] = [one["metadata"]["labels"] for one in kubernetes() if one["kind"] == "Namespace"]
    assert labels["pod-security.kubernetes.io/enforce"] == "restricted"


def test_slack_is_served_by_several_and_discords_connection_by_one() -> None:
    slack, discord = WORKLOADS["Deployment tact-slack"], WORKLOADS["Deployment tact-discord"]
    assert slack["spec"]["replicas"] >= 2
    assert slack["spec"]["strategy"]["rollingUpdate"] == {"maxUnavailable": 0, "maxSurge": 1}
    assert discord["spec"]["replicas"] == 1
    assert discord["spec"]["strategy"] == {"type": "Recreate"}
    assert "SLACK_APP_TOKEN_FILE" not in {said["name"] for said in pod("Deployment tact-slack")["containers"][0]["env"]}
    [budget] = [one for one in kubernetes() if one["kind"] == "PodDisruptionBudget"]
    assert budget["spec"]["minAvailable"] == 1
    for one in (slack, discord):
        labels = one["spec"]["template"]["metadata"]["labels"]
        assert one["spec"]["selector"]["matchLabels"] == labels
        [container] = one["spec"]["template"]["spec"]["containers"]
        assert container["livenessProbe"]["httpGet"] == {"path": "/healthz", "port": "http"}
        assert container["readinessProbe"]["httpGet"] == {"path": "/readyz", "port": "http"}
    assert budget["spec"]["selector"]["matchLabels"] == slack["spec"]["selector"]["matchLabels"]


def test_nothing_may_speak_in_the_namespace_that_no_policy_names() -> None:
    [nothing] = [one for one in kubernetes() if one["kind"] == "NetworkPolicy" and not one["spec"]["podSelector"]]
    assert nothing["spec"] == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    [kustomization] = [one for one in kubernetes() if one["kind"] == "Kustomization"]
    files = {path.name for path in (DEPLOY / "kubernetes").glob("*.yaml")}
    assert {*kustomization["resources"], "kustomization.yaml", "secret.example.yaml"} == files


HARDENED = [
    "NoNewPrivileges",
    "ProtectHome",
    "PrivateTmp",
    "PrivateDevices",
    "ProtectClock",
    "ProtectControlGroups",
    "ProtectHostname",
    "ProtectKernelLogs",
    "ProtectKernelModules",
    "ProtectKernelTunables",
    "LockPersonality",
    "MemoryDenyWriteExecute",
    "RestrictNamespaces",
    "RestrictRealtime",
    "RestrictSUIDSGID",
]


def test_the_unit_is_hardened_and_migrates_first() -> None:
    said = dict(unit())
    assert {name: said[name] for name in HARDENED} == dict.fromkeys(HARDENED, "yes")
    assert said["ProtectSystem"] == "strict"
    assert said["CapabilityBoundingSet"] == said["AmbientCapabilities"] == ""
    assert said["User"] != "root"
    assert said["UMask"] == "0077"
    assert said["ExecStartPre"].endswith("tact migrate")
    assert said["ExecStart"].endswith("tact serve")
    assert said["RestartPreventExitStatus"] == "78"
    assert not SECRETS & set(re.findall(r"\b[A-Z_]{6,}\b", (DEPLOY / "tact.service").read_text(encoding="utf-8")))


def test_the_figure_said_of_the_unit_is_the_one_that_is_measured() -> None:
    analyze = shutil.which("systemd-analyze")
    said = re.search(
        r"rates the unit ([\d.]+) \(“OK”, systemd (\d+)\)", (DEPLOY / "README.md").read_text(encoding="utf-8")
    )
    assert said
    if analyze is None or f"systemd {said[2]} " not in told(analyze, "--version"):
        pytest.skip(f"needs systemd {said[2]}: others rate otherwise")
    measured = told(analyze, "security", "--offline=true", "--no-pager", str(DEPLOY / "tact.service"))
    assert f"Overall exposure level for tact.service: {said[1]} OK" in measured


def told(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=30).stdout
