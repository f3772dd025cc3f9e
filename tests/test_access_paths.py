"""Every way to the minutes, under rules that change: it must give what an index without the hidden minutes gives."""

import asyncio
import re
from collections import Counter
from urllib.parse import urlsplit

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test
from made_access import (
    ANNA,
    BO,
    CLOSABLE,
    CLOSABLE_DOCUMENTS,
    FOLLOW_UPS,
    GROUP,
    IDS,
    KEY,
    MINUTES,
    QUESTIONS,
    READERS,
    TEAM,
    WORDS,
    World,
)

from bot.access import Reader
from bot.links import Target, sign, verify

readers, questions = st.sampled_from(READERS), st.sampled_from(QUESTIONS)
closable = st.sampled_from((*CLOSABLE, *CLOSABLE_DOCUMENTS))
verbs = st.sampled_from(["ask", "more", "all", "list", "item"])


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    world = World(tmp_path_factory.mktemp("world"))
    yield world
    world.close()


@pytest.fixture(scope="module")
def items(world):
    """Each item of the whole index with its meeting and its document."""
    library = world.bot.answerer.library()
    return [
        (item.id, meeting.id, meeting.document)
        for meeting in library.meetings(list(library.headers))
        for item in meeting.items
    ]


def machine(world, items):
    class Paths(RuleBasedStateMachine):
        @initialize()
        def begin(self):
            world.members.clear()
            world.write({})
            self.name = f"conversation from step {world.steps}"

        @rule(name=closable, ids=st.lists(st.sampled_from(IDS), max_size=2, unique=True))
        def close(self, name, ids):
            world.write({**world.rules, name: ids})

        @rule(name=closable)
        def reopen(self, name):
            world.write({one: ids for one, ids in world.rules.items() if one != name})

        @rule(users=st.sets(st.sampled_from([ANNA.user, BO.user])))
        def change_group(self, users):
            world.members[GROUP] = users

        @rule(reader=readers, question=questions)
        def ask(self, reader, question):
            world.same("ask", reader, f"{self.name} of {reader}", question)

        @rule(reader=readers, question=questions)
        def answer(self, reader, question):
            world.same("answer", reader, question)

        @rule(reader=readers, question=st.sampled_from(FOLLOW_UPS))
        def follow_up(self, reader, question):
            world.same("ask", reader, f"{self.name} of {reader}", question)

        @rule(reader=readers, verb=verbs, question=questions, item=st.sampled_from(items))
        def press(self, reader, verb, question, item):
            world.same("press", reader, verb, question, item[0])

        @rule(reader=readers, item=st.sampled_from(items))
        def open_source(self, reader, item):
            named, meeting, document = item
            target = Target(document, meeting, named, 0, 5, "", 9, reader.to_text())
            world.same("page", reader, sign(target, KEY))

        @rule(reader=readers, question=questions)
        def search(self, reader, question):
            world.same("search", reader, question)

        @rule(reader=readers)
        def show(self, reader):
            world.same("show", reader)

    return Paths


def run_machine(world, items, examples, **how):
    run_state_machine_as_test(
        machine(world, items),
        settings=settings(max_examples=examples, stateful_step_count=50, deadline=None, **how),
    )


def test_whatever_the_rules_hide_might_as_well_not_be_there(world, items):
    run_machine(world, items, 36, derandomize=True)
    assert world.steps >= 500


@pytest.mark.slow
def test_whatever_the_rules_hide_might_as_well_not_be_there_at_length(world, items):
    world.steps = 0
    while world.steps < 10_000:
        run_machine(world, items, 50)
    assert world.steps >= 10_000


def test_a_changed_rule_counts_from_the_next_question_on(world):
    closed, word = CLOSABLE[0], WORDS[CLOSABLE[0]]
    seen = []
    for ids in ([], None, [BO.user], [ANNA.user], []):
        world.write({} if ids is None else {closed: ids})
        seen.append(word in world.same("answer", ANNA, "vad beslutades om yrkesresan?"))
    assert seen == [False, True, False, True, False]


async def test_no_old_answer_is_given_while_many_ask(world):
    """Rules change while questions are under way; whatever is asked after a change is answered under the new rules."""
    closed, told, asked, changes = CLOSABLE[0], Counter(), 0, 0
    questions = ("vad beslutades om yrkesresan?", "vilka beslut fattades 2022?", "vem gör vad?")

    async def put(reader, question):
        nonlocal asked
        while changes < 20:
            before, is_open = changes, not world.rules
            text = await world.bot.answer(reader, question)
            asked += 1
            if changes == before:  # else either is right
                told[is_open, WORDS[closed] in text] += 1

    async def change():
        nonlocal changes
        while changes < 20:
            world.write({closed: [BO.user]} if not world.rules else {})
            changes, until = changes + 1, asked + 30
            while asked < until and changes < 20:
                await asyncio.sleep(0.001)

    world.write({})
    await asyncio.gather(change(), *(put(reader, one) for one in questions for reader in (ANNA, TEAM, Reader(), ANNA)))
    assert told.keys() == {(True, True), (False, False)}
    assert min(told.values()) >= 50


def test_a_link_dies_with_its_reader_s_rights(world):
    closed = CLOSABLE[1]
    document = next(iter(MINUTES[closed])).removesuffix(".txt")
    token = sign(Target(document, document, f"{document}#1", 0, 5, "", 9, BO.to_text()), KEY)
    world.write({closed: [BO.user]})
    before = world.same("page", BO, token)
    world.write({closed: [ANNA.user]})
    after = world.same("page", BO, token)
    assert (WORDS[closed] in before, WORDS[closed] in after, "Källan finns inte längre" in after) == (True, False, True)


def test_a_link_without_a_reader_shows_what_is_public(world):
    closed = CLOSABLE[1]
    document = next(iter(MINUTES[closed])).removesuffix(".txt")
    token = sign(Target(document, document, None, 0, 5, "", 9), KEY)
    told = []
    for rules in ({}, {closed: [BO.user]}):
        world.write(rules)
        told.append(WORDS[closed] in world.same("page", Reader(), token))
    assert told == [True, False]


def test_a_follow_up_leans_on_nothing_that_was_seen_under_other_rights(world):
    closed, word = CLOSABLE[2], WORDS[CLOSABLE[2]]
    world.write({closed: [ANNA.user]})
    first = world.same("ask", ANNA, "leaning", f"vad beslutades i {closed} den 4 mars 2021?")
    world.write({closed: [BO.user]})
    then = world.same("ask", ANNA, "leaning", "vad kostar den?")
    assert (word in first, word in then, closed in then) == (True, False, False)


def test_the_links_of_an_answer_are_its_reader_s(world):
    closed = CLOSABLE[1]
    world.write({closed: [ANNA.user]})
    told = world.same("ask", ANNA, "links", f"vad beslutades om {WORDS[closed]}?")
    tokens = [
        urlsplit(url).path.rsplit("/", 1)[-1] for url in re.findall(r"https://bot\.example/source/[^\"\\]+", told)
    ]
    assert {verify(token, KEY, 0.0).reader for token in tokens} == {ANNA.to_text()}
    opened = [WORDS[closed] in world.same("page", ANNA, tokens[0])]
    world.write({closed: []})
    opened.append(WORDS[closed] in world.same("page", ANNA, tokens[0]))
    assert opened == [True, False]
