"""The passages of those peers that leave the cutting to their users: 1,000 characters each."""

from pathlib import Path

from bench.chunks import cut


def passages(file: Path) -> list[str]:
    """The text of the file, cut at white space."""
    text = file.read_text(encoding="utf-8")
    return [text[start:end] for start, end in cut(text)]


def hit(name: str, text: str) -> dict[str, str]:
    """A hit whose source is the name of its file."""
    return {"document": Path(name).stem, "source": Path(name).name, "text": text}
