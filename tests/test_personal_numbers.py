"""Personal identity numbers: all forms are found, what only looks like one is left."""

import json
import random
from calendar import monthrange

import pytest
from made_index import TopicEmbedder, run

from indexer.build import NUMBER_IN_NAME, Options, build_index
from indexer.layout import RawLine, assemble
from indexer.personal_numbers import MASK, find_personal_numbers, mask_document, mask_text
from indexer.records import Document, Sidecar
from indexer.sandbox import Sandbox


def check_digit(nine):
    """The last digit, as the tax agency writes the rule: 2, 1, 2, 1 ... times the digits, digit sums, up to the ten."""
    products = "".join(str(int(digit) * weight) for digit, weight in zip(nine, [2, 1] * 4 + [2], strict=True))
    total = sum(map(int, products))
    return str(-total % 10)


def make_number(chance, *, coordination=False):
    """Century, year, month, day and last four of a valid number."""
    year, month = chance.randint(1900, 2024), chance.randint(1, 12)
    day = chance.randint(1, monthrange(year, month)[1]) + 60 * coordination
    nine = f"{year % 100:02}{month:02}{day:02}{chance.randint(0, 999):03}"
    return str(year // 100), nine[:2], nine[2:4], nine[4:6], nine[6:] + check_digit(nine)


FORMS = {
    "short": "{y}{m}{d}-{n}",
    "long": "{c}{y}{m}{d}-{n}",
    "bare": "{y}{m}{d}{n}",
    "long bare": "{c}{y}{m}{d}{n}",
    "over a hundred": "{y}{m}{d}+{n}",
    "blank": "{y}{m}{d} {n}",
    "long blank": "{c}{y}{m}{d} {n}",
    "blanks": "{c} {y}{m}{d} {n}",
    "blanks between all": "{c}{y} {m} {d} {n}",
    "two-digit year in parts": "{y} {m} {d} - {n}",
    "blanks round the hyphen": "{y}{m}{d} - {n}",
    "dash": "{y}{m}{d}–{n}",
    "minus": "{c}{y}{m}{d}\u2212{n}",
    "unbroken hyphen": "{y}{m}{d}\u2011{n}",
    "iso date": "{c}{y}-{m}-{d}-{n}",
    "line after the hyphen": "{y}{m}{d}-\n{n}",
    "line before the hyphen": "{c}{y}{m}{d}\n-{n}",
    "line without a hyphen": "{c}{y}{m}{d}\n{n}",
    "line in the last four": "{c}{y}{m}{d}-{n[0]}{n[1]}\n{n[2]}{n[3]}",
}
AROUND = [
    "Ansökan från {}.",
    "({})",
    "Barnet {} placerades",
    "pnr:{}",
    "{}",
    "Anna Ek, {}, bor i Ljungvik",
    "| {} |",
    "”{}”",
]


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
@pytest.mark.parametrize("coordination", [False, True], ids=["personnummer", "samordningsnummer"])
def test_every_form_is_found_whole(form, coordination):
    chance = random.Random(form)
    for _ in range(200):
        c, y, m, d, n = make_number(chance, coordination=coordination)
        number = form.format(c=c, y=y, m=m, d=d, n=n)
        text = chance.choice(AROUND).format(number)
        assert [text[a:b] for a, b in find_personal_numbers(text)] == [number]


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_a_wrong_check_digit_or_date_is_no_number(form):
    chance = random.Random(form)
    for _ in range(200):
        c, y, m, d, n = make_number(chance)
        wrong = n[:3] + str((int(n[3]) + chance.randint(1, 9)) % 10)
        impossible = (y, "13", d), (y, "00", d), (y, m, "00"), (y, "02", "30"), (y, "02", "91"), (y, "04", "31")
        year, month, day = chance.choice(impossible)
        nine = year + month + day + n[:3]
        texts = (
            form.format(c=c, y=y, m=m, d=d, n=wrong),
            form.format(c=c, y=year, m=month, d=day, n=n[:3] + check_digit(nine)),
        )
        assert [text for text in texts if find_personal_numbers(f"Ansökan från {text}.")] == []


def organisation_number(chance):
    nine = f"{chance.randint(1, 9)}{chance.randint(0, 9)}{chance.randint(2, 9)}{chance.randint(0, 999999):06}"
    return chance.choice(["{}-{}", "16{}-{}", "{}{}"]).format(nine[:6], nine[6:] + check_digit(nine))


def telephone(chance):
    digits = f"{chance.randint(0, 9999999):07}"
    return chance.choice([
        f"07{chance.choice('02369')}-{digits[:3]} {digits[3:5]} {digits[5:]}",
        f"07{chance.choice('02369')}-{digits}",
        f"08-{digits[:3]} {digits[3:5]} {digits[5:]}",
        f"telefon 07{chance.choice('02369')}{digits}",
        f"070 {digits[:3]} {digits[3:5]} {digits[5:]}",
        f"0{chance.randint(11, 99)}-{digits[:2]} {digits[2:4]} {digits[4:6]}",
        f"+467{chance.choice('02369')}{digits}",
        f"08 {digits[:2]} {digits[2:4]} {digits[4:]}",
    ])  # fmt: skip


def diary_number(chance):
    year, n = chance.randint(1990, 2030), chance.randint(1, 99999)
    return chance.choice(
        ["SN {}/{:04}", "{}-{:05}", "Dnr RSS {}-{:03}", "dnr {}:{}", "KS{}/{:04}-3", "Dnr 230324-{1:04}"]
    ).format(year, n % 10000)


def point_in_time(chance):
    year, month, day, hour = (
        chance.randint(1990, 2030),
        chance.randint(1, 12),
        chance.randint(1, 28),
        chance.randint(0, 22),
    )
    return chance.choice([
        f"{year}{month:02}{day:02} kl {hour:02}00",
        f"{year}{month:02}{day:02} {hour:02}00-{hour + 1:02}30",
        f"mötet {year}{month:02}{day:02} {hour:02}15",
        f"{year}-{month:02}-{day:02} {hour:02}30",
        f"{year}-{month:02}-{day:02} - {year}-{month:02}-{day:02}",
        f"{year}-{month:02}-{day:02}–{day:02}",
        f"perioden {year % 100:02}{month:02}{day:02}-{month:02}{day:02}",
        f"{year}{month:02}{day:02}-{year}{month:02}{day:02}",
        f"{year}-{month:02}-{day:02}",
    ])  # fmt: skip


def account(chance):
    return chance.choice([
        f"bankgiro {chance.randint(100, 9999)}-{chance.randint(1000, 9999)}",
        f"konto {chance.randint(10**9, 10**10 - 1)}",
        f"SE45 5000 0000 {chance.randint(1000, 9999)} {chance.randint(1000, 9999)} {chance.randint(1000, 9999)}",
        f"{chance.randint(1, 999)} {chance.randint(100, 999)} {chance.randint(100, 999)} kronor",
    ])  # fmt: skip


@pytest.mark.parametrize("make", [organisation_number, telephone, diary_number, point_in_time, account])
def test_what_only_looks_like_one_is_left(make):
    chance = random.Random(make.__name__)
    texts = [
        chance.choice(["Se {}.", "{}", "Ärendet, {}, togs upp", "{}, Ljungvik"]).format(make(chance))
        for _ in range(2000)
    ]
    assert [text for text in texts if find_personal_numbers(text)] == []


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Två: 850709-9805 och 19121212-1212.", f"Två: {MASK} och {MASK}."),
        ("12 850709-9805", f"12 {MASK}"),
        ("konto 3300 850709-9805", f"konto 3300 {MASK}"),
        ("kontonummer; personnummer 8507099805", f"kontonummer; personnummer {MASK}"),
        ("a8507099805f", "a8507099805f"),
        ("bilaga_850709-9805.pdf", f"bilaga_{MASK}.pdf"),
        ("Möte 20130324 1413", "Möte 20130324 1413"),
        ("Möte 2023-03-24: 160505-1216 placeras", f"Möte 2023-03-24: {MASK} placeras"),
        ("kl 13.00 480101-1232", f"kl 13.00 {MASK}"),
        ("mötet 590101-1238", f"mötet {MASK}"),
        ("född 850709\u00a09805", f"född {MASK}"),
        ("", ""),
    ],
)
def test_mask_text(text, masked):
    assert mask_text(text) == masked


def make_document(*texts, **sidecar):
    text, lines = assemble([RawLine(one, hard=True, bold=n == 0) for n, one in enumerate(texts)])
    return Document("d", "d.txt", "d.txt", "", "0" * 64, text, lines, Sidecar(**sidecar))


def test_a_document_is_masked_and_its_lines_follow():
    document = make_document(
        "Rubrik", "", "Barnet 850709-9805 och", "syskonet 19121212-", "1212 flyttar. 121212-1212", "Slut"
    )
    masked = mask_document(document)
    assert masked.text.split("\n") == [
        "Rubrik", "", f"Barnet {MASK} och", f"syskonet {MASK}", f"{MASK} flyttar. {MASK}", "Slut"
    ]  # fmt: skip
    assert [masked.text[line.start : line.end] for line in masked.lines] == [
        one for one in masked.text.split("\n") if one
    ]
    assert [line.bold for line in masked.lines] == [True, False, False, False, False]
    assert masked.problems == (
        "Texten innehåller 3 personnummer, som är dolda i indexet. Se över om de ska stå i originalet.",
    )


def test_what_the_sidecar_says_is_masked_too():
    document = make_document("Text", title="Om 850709-9805", url="https://x.se/850709-9805", aliases=("8507099805",))
    masked = mask_document(document)
    assert (masked.sidecar.title, masked.sidecar.url, masked.sidecar.aliases) == (f"Om {MASK}", None, (MASK,))
    assert "3 personnummer" in masked.problems[0]


def test_a_document_without_numbers_is_as_it_was():
    document = make_document("Org.nr 212000-0142", body="Nätverket")
    assert mask_document(document) is document


NUMBER = "850709-9805"
MINUTES = f"""Minnesanteckningar
Nätverket Norrdal
4 mars 2022

§ 1 Placeringen
Barnet med personnummer {NUMBER} bor
kvar. Födelsedata 19850709-
9805 stämmer.
Beslut: Nätverket noterar att 8507099805 bor kvar.
"""


@pytest.fixture
def source(tmp_path):
    folder = tmp_path / "minutes"
    folder.mkdir()
    (folder / "norrdal.txt").write_text(MINUTES, encoding="utf-8")
    return folder


def index(tmp_path, source, mask=True, **values):
    embedder = TopicEmbedder()
    options = Options(max_shrink=None, mask=mask)
    return build_index(source, tmp_path / "index", embedder.model_id, lambda: embedder, options=options, **values)


def bytes_of(folder):
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def test_no_number_gets_into_the_index_and_the_coordinator_is_told_how_many(tmp_path, source):
    with Sandbox() as sandbox:
        report = index(tmp_path, source, read=sandbox.read)
    assert b"9805" not in bytes_of(tmp_path / "index")
    told = [note for note in report.notes if "personnummer" in note.text]
    assert [(note.path, note.text[:33]) for note in told] == [("norrdal.txt", "Texten innehåller 3 personnummer,")]
    shown = run("show", "--problems", "--index", tmp_path / "index").output
    assert "3 personnummer" in shown and "9805" not in shown
    item = json.loads(run("show", "--json", "--index", tmp_path / "index").output)[0]["items"][0]
    assert item["decisions"][0]["text"] == f"Nätverket noterar att {MASK} bor kvar."


def test_the_setting_is_obeyed_and_a_change_of_it_reads_everything_again(tmp_path, source):
    index(tmp_path, source, mask=False)
    assert NUMBER.encode() in bytes_of(tmp_path / "index")
    report = index(tmp_path, source)
    assert (report.published, report.changed) == (True, ("norrdal.txt",))
    assert b"9805" not in bytes_of(tmp_path / "index"), "also not in the generations before"
    assert not index(tmp_path, source).published
    assert index(tmp_path, source, mask=False).changed == ("norrdal.txt",)


def test_an_earlier_version_that_shows_numbers_is_not_kept_when_reading_fails(tmp_path, source):
    index(tmp_path, source, mask=False)
    (source / "norrdal.txt").write_bytes(b"")
    (source / "other.txt").write_text("§ 1 Resor\nVi reser.", encoding="utf-8")
    report = index(tmp_path, source)
    assert [(one.path, one.kept) for one in report.failed] == [("norrdal.txt", False)]
    assert b"9805" not in bytes_of(tmp_path / "index")


def test_a_file_named_by_a_number_is_not_read_and_told_without_it(tmp_path, source):
    (source / f"Om {NUMBER}.txt").write_text("§ 1 Resor\nVi reser.", encoding="utf-8")
    (source / f"{NUMBER}.xyz").write_text("x")
    report = index(tmp_path, source)
    assert [(one.path, one.reason) for one in report.failed] == [(f"Om {MASK}.txt", NUMBER_IN_NAME)]
    assert NUMBER not in report.text()
    assert report.documents == 1
    assert index(tmp_path, source, mask=False).documents == 2
