"""Older and other office formats -> raw lines, converted by LibreOffice; where that is missing, a clear message."""

import functools
import os
import resource
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from indexer.reading import Patience, ReadError, Reading, no_patience

_SECONDS = 120
_MEMORY = 4_000_000_000
_TO_DOCX = ("odt", "doc", "rtf")


@functools.cache
def program() -> str | None:
    """LibreOffice's command, or None where it is not installed."""
    return shutil.which("soffice") or shutil.which("libreoffice")


def read_office(data: bytes, kind: str, patience: Patience = no_patience) -> Reading:
    """The lines of an odt, doc, rtf or ppt file: text through docx, presentations through pptx.

    Raises ReadError where LibreOffice is not installed, or cannot convert the file within its time and memory.
    """
    soffice = program()
    if soffice is None:
        package = "libreoffice-writer-nogui" if kind in _TO_DOCX else "libreoffice-impress-nogui"
        raise ReadError(
            f"formatet {kind} läses med LibreOffice, som saknas. Installera det (apt install {package})"
            " eller spara filen som docx eller pdf."
        )
    patience()
    target = "docx" if kind in _TO_DOCX else "pptx"
    with tempfile.TemporaryDirectory(prefix="motesminnet-") as folder:
        made = convert(soffice, data, kind, target, Path(folder))
    if target == "docx":
        from indexer.read_docx import read_docx

        return Reading(read_docx(made))
    from indexer.read_slides import read_pptx

    return Reading(read_pptx(made))


def convert(soffice: str, data: bytes, kind: str, target: str, folder: Path) -> bytes:
    """The file as LibreOffice writes it; with a profile of its own, so that runs beside each other do not meet."""
    source = folder / f"in.{kind}"
    source.write_bytes(data)
    out = folder / "out"
    command = [
        soffice, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--norestore", "--nolockcheck",
        "--nodefault", "--convert-to", target, "--outdir", str(out), str(source),
    ]  # fmt: skip
    # Without these LibreOffice reports to a display, or keeps its settings in the home folder.
    environ = {"PATH": os.environ.get("PATH", os.defpath), "HOME": str(folder), "LANG": "C.UTF-8"}
    child = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environ,
        process_group=0 if _leads_no_session() else None, preexec_fn=_limit,  # noqa: PLW1509 - the sandbox has one thread
    )  # fmt: skip
    try:
        child.wait(_SECONDS)
    except subprocess.TimeoutExpired as error:
        raise ReadError(f"LibreOffice blev inte klart med filen på {_SECONDS} sekunder. Spara den som docx.") from error
    finally:
        _end(child)
    made = out / f"in.{target}"
    if not made.is_file() or not made.stat().st_size:
        also = "" if target == "docx" else ", eller så saknas libreoffice-impress-nogui"
        raise ReadError(f"LibreOffice kan inte läsa filen ({kind}): den är skadad eller låst{also}. Spara den som pdf.")
    return made.read_bytes()


def _leads_no_session() -> bool:
    """Whether this process is not the sandbox's child, whose whole group is ended with it."""
    return os.getsid(0) != os.getpid()


def _end(child: subprocess.Popen[bytes]) -> None:
    """Ends LibreOffice's launcher and the program that it started."""
    if child.poll() is None:
        if _leads_no_session():
            os.killpg(child.pid, signal.SIGKILL)
        child.kill()
        child.wait()


def _limit() -> None:
    """Bounds LibreOffice's memory: it needs more than the sandbox gives its readers."""
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    bound = _MEMORY if hard == resource.RLIM_INFINITY else min(hard, _MEMORY)
    resource.setrlimit(resource.RLIMIT_AS, (bound, hard))
