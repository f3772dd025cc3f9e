"""What a question takes for granted, and what minutes tell of it."""

import pytest

from bot.acts import Amount, Presumed, find_amounts, find_presumed, is_same_amount, tells, tells_otherwise

PRESUMED = {
    "varför avslogs ansökan?": "reject",
    "när sa nämnden nej till bidraget?": "reject",
    "vem godkände taxan?": "approve",
    "varför ställde sig rådet bakom förslaget?": "approve",
    "hur kom det sig att avgiften höjdes?": "raise",
    "varför lade kommunen ned skolan?": "close",
    "när gick nätverket med i poolen?": "join",
    "på vilket möte bordlades frågan?": "postpone",
    "vem överklagade beslutet?": "appeal",
    "varför avgick kassören?": "resign",
    "varför ställdes resan in?": "cancel",
    "why was the plan rejected?": "reject",
    "when did they close the school?": "close",
}
NOTHING = [
    "avslogs ansökan?",
    "vad beslutades om avslaget?",
    "vilka beslut godkändes på mötet?",
    "när är nästa möte?",
    "varför är larmen försenade?",
    "hur ställdes larmen in på rätt kanal?",
    "did they reject the plan?",
]


@pytest.mark.parametrize(("question", "name"), PRESUMED.items())
def test_act_that_is_taken_for_granted(question, name):
    assert find_presumed(question) == Presumed(name, False)


@pytest.mark.parametrize("question", NOTHING)
def test_question_that_takes_no_act_for_granted(question):
    assert find_presumed(question) is None


@pytest.mark.parametrize(
    ("question", "sentence", "told", "otherwise"),
    [
        ("varför avslogs ansökan?", "Nämnden avslår ansökan.", True, False),
        ("varför avslogs ansökan?", "Nämnden beviljar ansökan.", False, True),
        ("varför avslogs ansökan?", "Förvaltningen föreslår avslag.", False, False),
        ("varför avslogs ansökan?", "Ansökan kom in i maj.", False, False),
        ("varför godkändes planen?", "Rådet godkänner inte planen.", False, True),
        ("varför godkändes planen?", "Frågan bordläggs.", False, True),
        ("varför gick ni med?", "Nätverket avstår från att gå med.", False, False),
        ("varför gick ni med i poolen?", "Nätverket avstår från att gå med i poolen.", False, True),
        ("varför gick ni inte med i poolen?", "Nätverket avstår från att gå med i poolen.", True, False),
        ("varför gick ni inte med i poolen?", "Nätverket ansluter sig till poolen.", False, True),
        ("when was the fee raised?", "Avgiften sänks.", False, True),
    ],
)
def test_what_a_sentence_tells_of_it(question, sentence, told, otherwise):
    presumed = find_presumed(question)
    assert (presumed is not None and tells(presumed, sentence)) is told
    assert (presumed is not None and tells_otherwise(presumed, sentence)) is otherwise


@pytest.mark.parametrize(
    ("text", "amounts"),
    [
        ("högst 1 200 kr per år", {Amount(1200)}),
        ("2,5 miljoner, alltså 4 procent", {Amount(2_500_000), Amount(4, percent=True)}),
        ("40 tkr under 2022 500 kronor", {Amount(40_000), Amount(500)}),
        ("den 4 mars 2022, 12 personer", set()),
    ],
)
def test_amounts(text, amounts):
    assert find_amounts(text) == amounts


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [("2 mkr", "1 952 652 kr", True), ("60 kronor", "65 kronor", False), ("4 %", "4 kronor", False)],
)
def test_amounts_are_one_but_for_rounding(one, other, same):
    (a,), (b,) = find_amounts(one), find_amounts(other)
    assert is_same_amount(a, b) is same
