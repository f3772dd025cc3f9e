"""Memberships, asked of a server on loopback that answers as Microsoft Graph does."""

import asyncio
import contextlib
import logging

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

from bot.access import Reader, Rules, parse_rules
from bot.groups import AT_ONCE, KEEP, KEEP_FAILURE, Groups
from bot.readers import Readers


def guid(number):
    return f"00000000-0000-4000-8000-{number:012}"


ANNA, BO = guid(1), guid(2)


class Graph:
    """Graph: `members` are the groups of each user; ids in `odd` are no groups, and make it refuse a request."""

    def __init__(self):
        self.members, self.odd, self.asked, self.status, self.body, self.hang = {}, set(), [], 200, None, 0.0

    async def check(self, request):
        groups = (await request.json())["groupIds"]
        self.asked.append((request.headers["Authorization"], request.match_info["user"], tuple(groups)))
        await asyncio.sleep(self.hang)
        if self.status != 200 or len(groups) > AT_ONCE:
            return web.Response(status=self.status if self.status != 200 else 400)
        if self.odd.intersection(groups):
            return web.Response(status=404)
        found = [one.upper() for one in groups if one in self.members.get(request.match_info["user"], ())]
        return web.json_response({"value": found} if self.body is None else self.body)


@contextlib.asynccontextmanager
async def graph_and_groups(clock, token="secret"):
    graph, app = Graph(), web.Application()
    app.router.add_post("/v1.0/users/{user}/checkMemberGroups", graph.check)

    async def get_token():
        if token is None:
            raise TimeoutError
        return token

    async with TestServer(app, host="127.0.0.1") as server, ClientSession() as session:
        yield graph, Groups(session, get_token, str(server.make_url("")).rstrip("/"), clock)


async def test_the_groups_that_a_person_is_in(clock):
    async with graph_and_groups(clock) as (graph, groups):
        graph.members = {ANNA: {guid(10), guid(99)}, BO: {guid(11)}}
        assert await groups.among(ANNA, {guid(10), guid(11), ANNA}) == {guid(10)}
        assert await groups.among(BO, {guid(10), guid(11)}) == {guid(11)}
        assert graph.asked[0] == ("Bearer secret", ANNA, (guid(10), guid(11)))


async def test_many_groups_take_several_requests(clock):
    async with graph_and_groups(clock) as (graph, groups):
        graph.members = {ANNA: {guid(n) for n in range(10, 60)}}
        assert len(await groups.among(ANNA, {guid(n) for n in range(10, 80)})) == 50
        assert sorted(len(asked[2]) for asked in graph.asked) == [10, 20, 20, 20]


async def test_an_id_that_is_no_group_shuts_nobody_out(clock):
    async with graph_and_groups(clock) as (graph, groups):
        graph.members, graph.odd = {ANNA: {guid(10)}}, {BO}
        assert await groups.among(ANNA, {guid(10), guid(11), BO}) == {guid(10)}


async def test_memberships_are_remembered_for_a_short_while(clock):
    async with graph_and_groups(clock) as (graph, groups):
        graph.members = {ANNA: {guid(10)}}
        found = [await groups.among(ANNA, {guid(10), guid(11)}), await groups.among(ANNA, {guid(10)})]
        graph.members, clock.now = {}, clock.now + KEEP - 1
        found.append(await groups.among(ANNA, {guid(10)}))
        assert (found, len(graph.asked)) == ([{guid(10)}] * 3, 1)
        clock.now += 1
        assert await groups.among(ANNA, {guid(10)}) == frozenset()


async def test_a_group_that_rules_come_to_name_is_asked_for_at_once(clock):
    async with graph_and_groups(clock) as (graph, groups):
        graph.members = {ANNA: {guid(10), guid(11)}}
        assert await groups.among(ANNA, {guid(10)}) == {guid(10)}
        assert await groups.among(ANNA, {guid(10), guid(11)}) == {guid(10), guid(11)}


@pytest.mark.parametrize(
    ("status", "body"),
    [(401, None), (403, None), (429, None), (500, None), (302, None), (200, {}), (200, {"value": [1]}), (200, [])],
)
async def test_where_graph_cannot_be_asked_no_group_counts(clock, caplog, status, body):
    async with graph_and_groups(clock) as (graph, groups):
        graph.members, graph.status, graph.body = {ANNA: {guid(10)}}, status, body
        with caplog.at_level(logging.WARNING):
            found = [await groups.among(ANNA, {guid(10)}) for _ in range(3)]
        assert (found, len(graph.asked)) == ([frozenset()] * 3, 1)
        assert ANNA not in caplog.text
        graph.status, graph.body, clock.now = 200, None, clock.now + KEEP_FAILURE
        assert await groups.among(ANNA, {guid(10)}) == {guid(10)}


async def test_a_failure_lets_nobody_in_who_was_in_before(clock):
    async with graph_and_groups(clock) as (graph, groups):
        graph.members = {ANNA: {guid(10)}}
        assert await groups.among(ANNA, {guid(10)}) == {guid(10)}
        graph.status, clock.now = 500, clock.now + KEEP
        assert await groups.among(ANNA, {guid(10)}) == frozenset()


async def test_without_a_token_no_group_counts(clock):
    async with graph_and_groups(clock, token=None) as (graph, groups):
        assert (await groups.among(ANNA, {guid(10)}), graph.asked) == (frozenset(), [])


async def test_nobody_waits_long_for_graph(clock, monkeypatch):
    monkeypatch.setattr("bot.groups.PATIENCE", 0.05)
    async with graph_and_groups(clock) as (graph, groups):
        graph.members, graph.hang = {ANNA: {guid(10)}}, 0.3
        assert await groups.among(ANNA, {guid(10)}) == frozenset()


@pytest.mark.parametrize("user", ["", "../users", "29:anna", f"{guid(1)}/x"])
async def test_what_is_no_object_id_is_never_asked_for(clock, user):
    async with graph_and_groups(clock) as (graph, groups):
        assert await groups.among(user, {guid(10), "19:x@thread.tacv2"}) == frozenset()
        assert await groups.among(ANNA, {"chefer", ANNA}) == frozenset()
        assert graph.asked == []


# Readers' rights


async def rights_of(reader, text="", named=(), among=None):
    rules = parse_rules(text.encode()) if text else Rules()
    return (await Readers(lambda: rules, among).rights(reader, named)).ids


async def in_all(user, groups):
    return frozenset(groups)


async def never(user, groups):
    raise AssertionError


LISTED = f'[bodies]\nA = ["{guid(10)}"]'


@pytest.mark.parametrize(
    ("reader", "text", "named", "among", "ids"),
    [
        pytest.param(
            Reader(user=ANNA), LISTED, (guid(11),), in_all, {ANNA, guid(10), guid(11)}, id="a person's groups"
        ),
        pytest.param(Reader(user=ANNA), LISTED, (), None, {ANNA}, id="nobody to ask"),
        pytest.param(Reader(user=ANNA), "", (), never, {ANNA}, id="no groups are named"),
        pytest.param(Reader(user=guid(10)), LISTED, (), never, {guid(10)}, id="only the person is named"),
        pytest.param(Reader(team=guid(10)), LISTED, (), never, {guid(10)}, id="a team is itself alone"),
        pytest.param(Reader(), LISTED, (), never, set(), id="anyone"),
    ],
)
async def test_what_counts_as_a_reader_s(reader, text, named, among, ids):
    assert await rights_of(reader, text, named, among) == ids
