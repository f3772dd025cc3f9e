"""How a run went, as a message to a Teams channel through a webhook of Power Automate ("Workflows").

The message names documents, never people: what a reason quotes from a document is left out. Documents that not all may
see are counted, not named: who reads the channel is not known here.
"""

import json
import re
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from http.client import HTTPException
from typing import Any

from bot.cards import attachment
from bot.config import Secret
from bot.markdown import printable
from bot.records import BotError
from indexer.report import Report

Json = dict[str, Any]

NAMED = 10
"""Documents that a message names; the rest are counted."""
LONGEST = 200
SECONDS = 15.0
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"|”[^”]*”")
_SCHEMA = "http://adaptivecards.io/schemas/adaptive-card.json"


def report_message(report: Report, may_name: Callable[[str], bool] = lambda _: True) -> Json | None:
    """The message of a run that ended; None where there is nothing to tell: nothing changed, and nothing failed.

    `may_name` tells of a document's path whether anyone may know of the document.
    """
    if not report.published and not report.failed:
        return None
    lines = [f"{report.documents} dokument i indexet."]
    for title, paths in (("Nya", report.added), ("Ändrade", report.changed), ("Borttagna", report.removed)):
        if paths:
            lines.append(f"{title}: {_listed([path for path in paths if may_name(path)], len(paths))}")
    if report.failed:
        named = [one for one in report.failed if may_name(one.path)][:NAMED]
        rest = len(report.failed) - len(named)
        lines.append("Gick inte att läsa:")
        lines += [f"{one.path}: {_reason(one.reason)}" for one in named]
        if rest:
            lines.append(f"{f'och {rest} till' if named else f'{rest} dokument'}. Alla står i motesminnet check.")
        lines.append("Rätta filerna i källan; nästa körning läser dem igen. Tidigare versioner svarar så länge.")
    outcome = "uppdaterat" if report.published else "oförändrat"
    failed = f", {len(report.failed)} dokument gick inte att läsa" if report.failed else ""
    return _message(f"Mötesminnet: indexet är {outcome}{failed}", lines)


def failure_message(reason: str) -> Json:
    """The message of a run that failed, for a reason given in Swedish."""
    lines = [_reason(reason), "Det tidigare indexet svarar så länge. Se motesminnet check, rätta felet och kör om."]
    return _message("Mötesminnet: inläsningen misslyckades", lines)


def send(webhook: Secret, message: Json) -> None:
    """Posts the message. Raises BotError, which never tells the address: who has it can write in the channel."""
    problem = webhook_problem(webhook)
    if problem:
        raise BotError(problem)
    request = urllib.request.Request(
        webhook.value, json.dumps(message).encode(), {"Content-Type": "application/json"}, method="POST"
    )
    try:
        with _opener().open(request, timeout=SECONDS):
            return
    except urllib.error.HTTPError as error:
        error.close()
        raise BotError(f"Rapporten till Teams togs inte emot (status {error.code}). {_ADVICE}") from None
    except (OSError, HTTPException, ValueError) as error:
        raise BotError(f"Rapporten till Teams kom inte fram ({type(error).__name__}). {_ADVICE}") from None


def webhook_problem(webhook: Secret) -> str:
    """What is wrong with the address; "" where it can be used."""
    if re.fullmatch(r"https://[^\s/@]+/\S*", webhook.value):
        return ""
    return f"MOTESMINNET_REPORT_WEBHOOK måste vara en hel adress som börjar med https://. {_ADVICE}"


_ADVICE = "Hämta adressen på nytt i flödet i Teams (Workflows) och sätt MOTESMINNET_REPORT_WEBHOOK."


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """The report goes to the address given and nowhere else."""

    def redirect_request(self, *_: object) -> None:
        return None


def _opener() -> urllib.request.OpenerDirector:
    return urllib.request.build_opener(_NoRedirects)


def _message(title: str, lines: Sequence[str]) -> Json:
    """The body that the trigger "When a Teams webhook request is received" takes: a message with one card."""
    card = {
        "$schema": _SCHEMA,
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": [_block(title, {"weight": "Bolder"}), *(_block(line) for line in lines)],
    }
    return {"type": "message", "attachments": [{**attachment(card), "contentUrl": None}]}


def _block(text: str, style: Json | None = None) -> Json:
    """Text that shows letter for letter, whatever a file is called."""
    return {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": printable(text), **(style or {})}]}


def _listed(named: Sequence[str], count: int) -> str:
    """The first of the paths that are named, and how many more of the `count` there are."""
    told = named[:NAMED]
    rest = count - len(told)
    if not told:
        return f"{rest} dokument"
    return ", ".join(told) + (f" och {rest} till" if rest else "")


def _reason(reason: str) -> str:
    """The reason in short, without what it quotes: a fault's own words are nobody's to see but the operator's."""
    if reason.startswith("oväntat fel"):
        return "oväntat fel. Skälet står på servern: motesminnet check"
    told = _QUOTED.sub("…", reason)
    return told if len(told) <= LONGEST else f"{told[:LONGEST].rstrip()}…"
