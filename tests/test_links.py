import base64
import json
import stat
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_answers import NORRDAL, SJOVIK

from bot.config import Secret
from bot.links import KEY_FILE, LinkError, Target, is_web_address, load_key, sign, target_of, verify
from bot.presentation import make_link
from bot.records import BotError

KEY = b"k" * 32
DAY = 86_400
TARGET = Target("norrdal", "norrdal", "norrdal#10", 120, 182, "0123456789ab", 2 * DAY)


def refused(token, key=KEY, now=0.0):
    """Whether the token is refused as expired."""
    with pytest.raises(LinkError) as error:
        verify(token, key, now)
    return error.value.expired


@given(document=st.text(), item=st.none() | st.text(), start=st.integers(0), end=st.integers(0), expires=st.integers(1))
def test_what_was_signed_is_what_is_verified(document, item, start, end, expires):
    target = Target(document, document, item, start, end, "", expires)
    token = sign(target, KEY)
    if len(token) <= 1_500:
        assert verify(token, KEY, 0) == target
        assert set(token) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.")


@given(place=st.integers(0, 10_000), sign_=st.characters(codec="ascii"))
def test_a_token_with_any_sign_changed_is_refused(place, sign_):
    token = sign(TARGET, KEY)
    place %= len(token)
    changed = token[:place] + sign_ + token[place + 1 :]
    if changed != token:
        assert refused(changed) is False


@pytest.mark.parametrize("token", ["", ".", "a.b", "å.ä", "x" * 5_000, "[].", "..", "\x00.\x00"])
def test_what_is_no_token_is_refused(token):
    assert refused(token) is False


def test_a_token_of_another_key_or_purpose_is_refused():
    assert refused(sign(TARGET, b"x" * 32)) is False
    payload = sign(TARGET, KEY).split(".")[0]
    import hmac

    bare = base64.urlsafe_b64encode(hmac.digest(KEY, payload.encode(), "sha256")).rstrip(b"=").decode()
    assert refused(f"{payload}.{bare}") is False


def test_the_payload_cannot_be_swapped():
    other = sign(replace(TARGET, item="norrdal#11"), KEY)
    assert refused(other.split(".")[0] + "." + sign(TARGET, KEY).split(".")[1]) is False


def test_a_link_ends_at_its_second_and_not_before():
    token = sign(TARGET, KEY)
    assert verify(token, KEY, 2 * DAY - 1) == TARGET
    assert refused(token, now=2 * DAY) is True


def test_an_expired_forgery_is_a_forgery():
    assert refused(sign(TARGET, b"x" * 32), now=9 * DAY) is False


def test_the_readers_place_is_reserved():
    assert json.loads(base64.urlsafe_b64decode(sign(TARGET, KEY).split(".")[0] + "=="))[-1] == ""


def test_own_address_goes_before_the_bots_page():
    link = make_link("https://bot.example", KEY, lambda _: 30, lambda: 0.0)
    assert link(NORRDAL) == NORRDAL.url


@pytest.mark.parametrize("url", [None, "", "file:///srv/protokoll.docx", "javascript:alert(1)"])
def test_without_a_web_address_the_link_leads_to_the_bots_page(url):
    made = make_link("https://bot.example", KEY, lambda _: 30, lambda: 5.0 * DAY + 17)(replace(SJOVIK, url=url))
    assert made.startswith("https://bot.example/source/")
    assert made.endswith("#citat")
    target = verify(made.removeprefix("https://bot.example/source/").removesuffix("#citat"), KEY, 35.9 * DAY)
    assert target == target_of(SJOVIK, 36 * DAY)


def test_the_link_is_the_same_all_day():
    times = iter([10 * DAY + 1.0, 11 * DAY - 1.0, 11 * DAY + 0.0])
    link = make_link("https://bot.example", KEY, lambda _: 30, lambda: next(times))
    first, second, third = link(SJOVIK), link(SJOVIK), link(SJOVIK)
    assert first == second != third


@pytest.mark.parametrize(
    ("url", "fit"),
    [
        ("https://motet.example/a?b=c#d", True),
        ("http://motet.example", False),
        ("http://127.0.0.1:3978/source/x", True),
        ("https://user@motet.example/", False),
        ("https://", False),
        ("https://[::1", False),
        ("ftp://motet.example", False),
        ("https://motet.example/ b", False),
        ("https://motet.example/" + "a" * 2_000, False),
        (None, False),
    ],
)
def test_web_address(url, fit):
    assert is_web_address(url) is fit


def test_the_key_is_made_once_and_for_its_owner_only(tmp_path):
    first = load_key(None, tmp_path / "state")
    file = tmp_path / "state" / KEY_FILE
    assert (len(first), load_key(None, tmp_path / "state")) == (32, first)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(file.parent.iterdir()) == [file]


def test_a_secret_makes_the_same_key_everywhere(tmp_path):
    secret = Secret("en lång och slumpad hemlighet")
    assert load_key(secret, None) == load_key(secret, tmp_path) != load_key(Secret("en annan hemlighet"), None)
    assert list(tmp_path.iterdir()) == []


def test_without_a_state_the_key_dies_with_the_process():
    assert load_key(None, None) != load_key(None, None)


@pytest.mark.parametrize("content", ["", "inte en nyckel", "abcd", "å"])
def test_a_damaged_key_is_told(tmp_path, content):
    (tmp_path / KEY_FILE).write_text(content, encoding="utf-8")
    with pytest.raises(BotError, match=KEY_FILE):
        load_key(None, tmp_path)


def test_a_state_that_is_a_file_is_told(tmp_path):
    (tmp_path / "fil").write_text("")
    with pytest.raises(BotError, match="MOTESMINNET_STATE"):
        load_key(None, tmp_path / "fil")
