"""What a language model wrote, sentence by sentence, and why some of it was dropped: for `ask --explain`."""

from collections.abc import Iterator

from bot.prose import split_sentences
from bot.reasons import explain
from bot.writer import Written

_OUTCOMES = {
    "written": "svaret är modellens",
    "unsuited": "frågas inte: svaret är en lista, för långt, osäkert eller ett nej",
    "unsupported": "för lite höll för kontrollen, eller ett beslut saknades; citaten visas i stället",
    "slow": "svarade inte i tid; citaten visas i stället",
    "failed": "svarade med ett fel; citaten visas i stället",
    "cut_off": "slutade mitt i svaret; citaten visas i stället",
    "resting": "har svarat med fel för många gånger och får vila; citaten visas i stället",
}


def explain_written(written: Written) -> Iterator[str]:
    """Lines that tell how it went, and what became of each sentence."""
    about = ", ".join(part for part in (written.prompt, written.cause) if part)
    yield f"Språkmodell: {_OUTCOMES[written.outcome]}{f' ({about})' if about else ''}"
    if written.reply is None:
        return
    for sentence, verdict in zip(split_sentences(written.reply.text), written.verdicts, strict=True):
        if verdict.kept:
            yield f"  kvar: {sentence}"
        else:
            yield f"  {'citerad' if verdict.text else 'bort'}, {explain(verdict.reason, 'sv')}: {sentence}"
