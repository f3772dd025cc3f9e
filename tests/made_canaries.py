"""Fifty names that nobody has, minutes full of them, and the search for what is left of them in files."""

from indexer.lexical import word_tokens

CANARIES = [f"Kanarie{chr(97 + n // 26)}{chr(97 + n % 26)}sson Zquist{n}" for n in range(50)]


def canary_minutes(names):
    """Minutes with a name in every place that a name can have."""
    first, *others = names
    body = "\n".join(f"{name} får i uppdrag att återkomma. Beslut: {name} väljs till ordförande." for name in others)
    return (
        f"Nätverket Norrdal\nDatum: 4 mars 2022\n\nNärvarande:\n{first}, Sjövik\n\n"
        f"1. Val av {first}\n{body}\n\n2. Övrigt\n{first} berättade. Bilaga: {first.replace(' ', '_')}.pdf\n"
    )


def needles():
    """Every form that a name is kept in: as it is, in lower case, and as the tokens of its words."""
    forms = set()
    for name in CANARIES:
        forms |= {name, name.lower(), name.replace(" ", "_"), name.split()[0], name.split()[1].lower()}
        forms |= {token for word in name.lower().split() for token in word_tokens(word)[:1]}
    return [one.encode() for one in sorted(forms)]


def held(folder, needles):
    """The needles (bytes) that any file under the folder holds, as they are or in lower case, with the file."""
    found = []
    for path in folder.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            found += [(path.name, needle) for needle in needles if needle in data or needle in data.lower()]
    return found
