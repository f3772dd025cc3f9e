"""A language model tried out on a made-up decision, for `motesminnet check`."""

from bot.records import Answer, Citation
from bot.writer import OpenWriter, writing

_TOLD = {
    "slow": "svarar inte i tid. Se om den är i gång, eller höj MOTESMINNET_LLM_TIMEOUT",
    "failed": "svarar med ett fel. Se över MOTESMINNET_LLM_URL, modellens namn och nyckeln",
    "cut_off": "slutar mitt i svaret, eller skriver ingenting. Prova en annan modell",
}
_DECISION = "Nätverket beslutar att höja avgiften till 40 kronor från och med den 1 januari 2024."
TRIAL = Answer(
    question="Vad beslutades om avgiften?",
    text="",
    refused=False,
    intent="decision",
    language="sv",
    citations=(
        Citation(
            n=1,
            document="prov",
            document_name="prov.txt",
            meeting="prov",
            body="Provnätverket",
            date="2023-09-15",
            date_precision="day",
            quote=_DECISION,
            start=0,
            end=len(_DECISION),
            item="prov#1",
            number="1",
            number_printed=True,
            title="Avgiften",
            kind="substantive",
        ),
    ),
)


def try_out(open_writer: OpenWriter) -> tuple[bool, str]:
    """Whether the model writes when it is asked to, and a Swedish sentence about how that went.

    Raises BotError where the settings do not fit together.
    """
    with writing(open_writer(None, None)) as write:
        written = write(TRIAL)
    if written.reply is None:
        return False, f"Språkmodell: {_TOLD[written.outcome]} ({written.cause or written.outcome})."
    kept = sum(one.kept for one in written.verdicts)
    first, whole = written.reply.first_ms / 1000, written.reply.whole_ms / 1000
    took = f"första ordet efter {first:.1f} s, det sista efter {whole:.1f} s".replace(".", ",")
    return True, f"Språkmodell: svarar, {took}; {kept} av {len(written.verdicts)} meningar höll för kontrollen."
