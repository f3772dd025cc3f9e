"""`requirements.lock`: what a deployment installs, each file by its hash, and the same versions as everywhere else."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
PINNED = re.compile(r"^([\w.-]+)==([^\s;+]+)(?:\+\w+)?", re.MULTILINE)


def canonical(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def pins(text):
    """Package -> version, without the local part (the build for CPU) that a version may have."""
    return {canonical(name): version for name, version in PINNED.findall(text)}


def test_the_lock_agrees_with_the_constraints():
    constraints = pins((ROOT / "constraints.txt").read_text(encoding="utf-8"))
    assert {name: constraints.get(name) for name in pins(LOCK)} == pins(LOCK)


def test_every_dependency_is_locked_and_none_for_development_only():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = {canonical(re.match(r"[\w.-]+", one)[0]) for one in project["dependencies"]}
    assert wanted - pins(LOCK).keys() == set()
    assert {"pytest", "mypy", "ruff", "bandit"} & pins(LOCK).keys() == set()


def test_every_locked_package_has_hashes_and_no_address():
    entries = re.split(r"\n(?=[\w-]+==)", LOCK)
    assert [entry.split("\n")[0] for entry in entries if not re.search(r"--hash=sha256:[0-9a-f]{64}", entry)] == []
    assert re.search(r"://|file:/|^-", LOCK, re.MULTILINE) is None
