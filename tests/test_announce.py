"""The message to the channel: what it says, what it never says, and that its address is a secret."""

import json
import threading
import urllib.request
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from bot import announce
from bot.announce import failure_message, report_message, send, webhook_problem
from bot.config import RunSettings, Secret
from bot.records import BotError
from indexer.report import Failure, Report

SECRET = "https://prod-01.westeurope.logic.azure.com/workflows/abc?sig=HEMLIG"


def make_report(**changes):
    empty = dict.fromkeys(("added", "changed", "moved", "removed", "erased", "forgotten", "failed"), ())
    numbers = dict.fromkeys(("unchanged", "meetings", "items", "decisions", "chunks", "embedded"), 0)
    values = {"generation": 2, "published": True, "skipped": (), "notes": (), "documents": 14, "seconds": 1.0}
    return Report(**(empty | numbers | values | changes))


def lines(message):
    (attached,) = message["attachments"]
    assert (message["type"], attached["contentType"]) == ("message", "application/vnd.microsoft.card.adaptive")
    card = attached["content"]
    assert (card["type"], {block["type"] for block in card["body"]}) == ("AdaptiveCard", {"RichTextBlock"})
    return [run["text"] for block in card["body"] for run in block["inlines"]]


def test_message_says_what_is_new_what_failed_and_what_to_do():
    failed = (Failure("trasig.pdf", "filen är avkortad. Spara om den.", False),)
    said = lines(report_message(make_report(added=("a.docx", "b.pdf"), failed=failed)))
    assert said == [
        "Mötesminnet: indexet är uppdaterat, 1 dokument gick inte att läsa",
        "14 dokument i indexet.",
        "Nya: a.docx, b.pdf",
        "Gick inte att läsa:",
        "trasig.pdf: filen är avkortad. Spara om den.",
        "Rätta filerna i källan; nästa körning läser dem igen. Tidigare versioner svarar så länge.",
    ]


def test_documents_that_not_all_may_see_are_counted_and_not_named():
    failed = (Failure("slutet/b.pdf", "filen är tom.", False), Failure("a.pdf", "filen är tom.", False))
    report = make_report(added=("slutet/a.docx", "b.docx"), removed=("slutet/c.docx",), failed=failed)
    said = lines(report_message(report, lambda path: not path.startswith("slutet")))
    assert said[2:7] == [
        "Nya: b.docx och 1 till",
        "Borttagna: 1 dokument",
        "Gick inte att läsa:",
        "a.pdf: filen är tom.",
        "och 1 till. Alla står i motesminnet check.",
    ]
    assert "slutet" not in json.dumps(report_message(report, lambda _: False))


def test_run_without_news_sends_nothing():
    assert report_message(make_report(published=False)) is None


def test_message_quotes_nothing_and_names_no_person():
    reasons = ("texten 'Anna Ek får i uppdrag' står inte ordagrant.", "oväntat fel, ValueError: Anna Ek")
    failed = tuple(Failure(f"{n}.txt", reason, True) for n, reason in enumerate(reasons))
    assert "Anna" not in json.dumps(report_message(make_report(failed=failed)))


def test_long_lists_are_counted():
    added = tuple(f"d{n}.txt" for n in range(400))
    failed = tuple(Failure(f"f{n}.txt", "x" * 500, False) for n in range(300))
    message = report_message(make_report(added=added, failed=failed))
    assert "d9.txt och 390 till" in lines(message)[2]
    assert "och 290 till. Alla står i motesminnet check." in lines(message)
    assert len(json.dumps(message)) < 20_000


def test_failed_run_is_told_with_its_reason():
    said = lines(failure_message("9 av indexets 10 dokument finns inte längre i källan (a.txt). 'Anna Ek'"))
    assert "9 av indexets 10 dokument finns inte längre i källan (a.txt). …" in said


@pytest.mark.parametrize("address", ["http://x.example/a", "x.example", "https://user@x.example/a", "https:///a", "-"])
def test_address_that_is_not_https_is_refused_without_being_told(address):
    problem = webhook_problem(Secret(address))
    assert problem.startswith("MOTESMINNET_REPORT_WEBHOOK")
    assert "example" not in problem
    with pytest.raises(BotError):
        send(Secret(address), {})


def test_setting_is_a_secret():
    settings = RunSettings.from_env({"MOTESMINNET_REPORT_WEBHOOK": SECRET})
    assert (settings.webhook.value, "HEMLIG" in repr(settings)) == (SECRET, False)
    assert webhook_problem(settings.webhook) == ""


@pytest.fixture
def channel(monkeypatch):
    """A server on the loopback that stands for the webhook, whatever its address; what it got, and what it answers."""
    got, answer = [], [202, {}]

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            got.append((self.headers["Content-Type"], json.loads(self.rfile.read(int(self.headers["Content-Length"])))))
            self.send_response(answer[0])
            for name, value in answer[1].items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()

    class Loopback(urllib.request.HTTPSHandler):
        def https_open(self, request):
            request.host = f"127.0.0.1:{server.server_port}"
            return self.do_open(HTTPConnection, request)

    opener = urllib.request.build_opener(announce._NoRedirects, Loopback, urllib.request.ProxyHandler({}))
    monkeypatch.setattr(announce, "_opener", lambda: opener)
    yield got, answer
    server.shutdown()
    thread.join()
    server.server_close()


def test_message_is_posted_as_json(channel):
    got, _ = channel
    message = report_message(make_report(added=("a.docx",)))
    send(Secret(SECRET), message)
    assert got == [("application/json", message)]


@pytest.mark.parametrize(
    ("status", "headers"), [(400, {}), (500, {}), (302, {"Location": "https://annan.example/x"})], ids=str
)
def test_refusal_is_told_without_the_address_and_nothing_is_sent_elsewhere(channel, status, headers):
    got, answer = channel
    answer[:] = [status, headers]
    with pytest.raises(BotError) as caught:
        send(Secret(SECRET), {})
    assert f"status {status}" in str(caught.value)
    assert "HEMLIG" not in str(caught.value) and "azure" not in str(caught.value)
    assert (caught.value.__cause__, len(got)) == (None, 1)


def test_channel_that_cannot_be_reached_is_told_without_the_address(monkeypatch):
    class Dead(urllib.request.HTTPSHandler):
        def https_open(self, request):
            raise OSError(f"no route to {request.host}")

    monkeypatch.setattr(announce, "_opener", lambda: urllib.request.build_opener(Dead))
    with pytest.raises(BotError) as caught:
        send(Secret(SECRET), {})
    assert "kom inte fram" in str(caught.value)
    assert "azure" not in str(caught.value)
