"""ripgrep over the text files: the lines with the question's longest word, as somebody who greps would pick one.

There is no index and no ranking: lines come in the order of the files.
"""

import re
import subprocess
import sys
from pathlib import Path

from bench.peers.passages import hit

RG = Path(sys.executable).with_name("rg")


def build(source: Path, index: Path, model: str) -> None:
    index.mkdir()


def update(source: Path, index: Path, model: str, changed: str) -> None:
    """Nothing to do: each search reads the files."""


def open_search(index: Path, source: Path, model: str):
    def search(question: str, k: int) -> list[dict[str, str]]:
        word = max(re.findall(r"\w+", question), key=len, default="")
        command = [RG, "--ignore-case", "--fixed-strings", "--sort=path", "--no-heading", "--null", word, source]
        lines = subprocess.run(command, capture_output=True, text=True, check=False).stdout.splitlines()
        return [hit(*line.split("\0", 1)) for line in lines[:k]]

    return search
