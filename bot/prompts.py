"""Prompts: files in `prompts/` that hold what a language model is told, with declared blanks for what changes."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Template

from bot.records import BotError

SOURCES = Path(__file__).resolve().parent.parent / "prompts"
VARIABLES: Mapping[str, frozenset[str]] = {
    "answer.sv": frozenset(("question", "sources")),
    "answer.en": frozenset(("question", "sources")),
    "follow-up.sv": frozenset(("question", "turns")),
    "follow-up.en": frozenset(("question", "turns")),
}
"""The prompts there are, and the variables that each must have."""
PARTED = "\n---\n"
"""Parts what the model is told to do from what it is given to work on."""


@dataclass(frozen=True, slots=True)
class Filled:
    """A prompt with its blanks filled: `system` is the rules, `user` the question with its data."""

    id: str
    system: str
    user: str


@dataclass(frozen=True, slots=True)
class Prompt:
    """A prompt; `id` is its name and the first twelve signs of its content's sha256."""

    id: str
    system: str
    user: Template

    def fill(self, **values: str) -> Filled:
        """The prompt with these values, which are taken as they are: a "$" in them is no variable."""
        return Filled(self.id, self.system, self.user.substitute(values))


def load_prompts(folder: Path = SOURCES) -> dict[str, Prompt]:
    """The prompts by name ("answer.sv"). Raises BotError that names the file that is missing or not as declared."""
    return {name: _load(folder / f"{name}.md", name, VARIABLES[name]) for name in VARIABLES}


def _load(path: Path, name: str, declared: frozenset[str]) -> Prompt:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BotError(f"Prompten {str(path)!r} går inte att läsa. Hämta den ur programmets källkod.") from error
    system, parted, user = text.partition(PARTED)
    if not parted or not system.strip():
        raise BotError(f"Prompten {str(path)!r} saknar raden --- mellan reglerna och underlaget.")
    template = Template(user.strip())
    found = _variables(template, path)
    wrong = [
        *(f"${one} saknas" for one in sorted(declared - found)),
        *(f"${one} finns inte" for one in sorted(found - declared)),
    ]
    if wrong:
        raise BotError(f"Prompten {str(path)!r}: {', '.join(wrong)}. Rätta filen.")
    digest = hashlib.sha256(text.encode()).hexdigest()[:12]
    return Prompt(f"{name}@{digest}", system.strip(), template)


def _variables(template: Template, path: Path) -> set[str]:
    if not template.is_valid():
        raise BotError(f"Prompten {str(path)!r} har ett $ som inte är en variabel. Skriv $$ för ett dollartecken.")
    return set(template.get_identifiers())
