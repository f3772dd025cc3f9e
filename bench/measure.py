"""Child processes measured, percentiles and tables: what the benchmarks share. Imports nothing heavy.

A child's peak memory counts the memory of the process that started it, so whoever measures must stay small: indexes
are built in children too.
"""

import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "data" / "minutes"
REAL = ROOT.parent / "shared" / "minutes"
REAL_NAMES = {
    "F1": "000_0b900f2e8f452b86",
    "S1": "001_f0c1a19bdc992270",
    "G1": "002_d846e48eb771d8d4",
    "F2": "003_feb996c2ada7c84f",
    "D1": "004_e0dfc10377f388d6",
}
"""What the questions over the real minutes call the documents."""
TODAY = date(2025, 1, 15)
"""The day that questions are asked on, so that "i år" means the same each time."""


@dataclass(frozen=True, slots=True)
class Run:
    """One child process from start to end: seconds by the clock, seconds of processor time, peak resident MB."""

    wall: float
    cpu: float
    peak_mb: float
    output: str


def run_child(
    arguments: Sequence[str], environment: Mapping[str, str] | None = None, python: str = sys.executable
) -> Run:
    """Runs `python -m arguments` from the project's root. Raises RuntimeError with its stderr where it fails."""
    command, environment = [python, "-m", *arguments], {**os.environ, **(environment or {})}
    started = time.perf_counter()
    with tempfile.TemporaryFile("w+") as errors:
        with subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=errors, text=True
        ) as child:
            output = child.stdout.read()
            _, status, usage = os.wait4(child.pid, 0)
            child.returncode = os.waitstatus_to_exitcode(status)
        wall = time.perf_counter() - started
        errors.seek(0)
        told = errors.read()
    if child.returncode:
        raise RuntimeError(f"{' '.join(arguments[:3])} ended with {child.returncode}: {told.strip()[-500:]}")
    return Run(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, output)


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least this share of the values do not exceed.

    >>> percentile([4, 1, 3, 2], 0.5), percentile([4, 1, 3, 2], 0.95)
    (2, 4)
    """
    ordered = sorted(values)
    return ordered[max(0, -int(-share * len(ordered) // 1) - 1)]


def median(values: Sequence[float]) -> float:
    return statistics.median(values)


def machine() -> dict[str, object]:
    """What the figures were taken on, and how busy it was."""
    return {
        "python": platform.python_version(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "load": [round(one, 1) for one in os.getloadavg()],
    }


def markdown_table(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A table in markdown; the first column to the left, the others to the right.

    >>> print(markdown_table(("a", "share"), [("x", 0.5)]))
    | a | share |
    | - | ----- |
    | x |  0.50 |
    """
    cells = [[_shown(cell) for cell in row] for row in rows]
    widths = [max(len(column), *(len(row[n]) for row in cells)) for n, column in enumerate(columns)]
    lines = []
    for row in [list(columns), ["-" * width for width in widths], *cells]:
        parts = [cell.ljust(widths[k]) if k == 0 else cell.rjust(widths[k]) for k, cell in enumerate(row)]
        lines.append(f"| {' | '.join(parts)} |")
    return "\n".join(lines)


def print_table(title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """A table in markdown, so that it can go straight into README.md."""
    print(f"\n{title}\n\n{markdown_table(columns, rows)}")


def _shown(cell: object) -> str:
    if not isinstance(cell, float):
        return str(cell)
    return f"{cell:.0f}" if abs(cell) >= 100 else f"{cell:.1f}" if abs(cell) >= 10 else f"{cell:.2f}"


def finish(figures: Mapping[str, object], path: Path | None) -> None:
    """Writes the figures as JSON where a file was asked for."""
    if path is not None:
        path.write_text(json.dumps(figures, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
