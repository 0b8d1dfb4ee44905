"""The calendar of an environment, as a calendar program asks for it."""

import httpx
import pytest
from icalendar import Calendar

from tests.support.signalbox import ANA, BEN

FEED = "/calendar/integration.ics"


@pytest.fixture
def subscriber(pipeline):
    """`await subscriber()` asks without a header, with its token in the address; scopes may be named."""

    async def make(*scopes):
        client = await pipeline("calendars", *(scopes or ("calendar:read",)))
        client.params = {"token": client.headers.pop("Authorization").removeprefix("Bearer ")}
        return client

    return make


async def test_it_has_what_is_planned_and_held_with_the_names_of_people(subscriber, signalbox):
    await signalbox.type(ANA, "/env integration/payments 2h checkout fix")
    await signalbox.type(BEN, "/env book integration/orders tomorrow 9:00 2h load test, the long one")
    await signalbox.type(BEN, "/env book staging-2 tomorrow 9:00 2h")
    answer = await (await subscriber()).get(FEED)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/calendar; charset=utf-8")
    assert answer.headers["cache-control"] == "private, no-cache"
    said = {str(event["SUMMARY"]) for event in Calendar.from_ical(answer.content).events}
    assert said == {
        "integration/payments: Ana Kovač, checkout fix",
        "integration/orders: Ben Okafor, load test, the long one",
        "integration: frozen, Test data is restored",
    }


async def test_unchanged_it_is_the_same_to_the_byte_and_need_not_be_sent_again(subscriber, signalbox):
    await signalbox.type(ANA, "/env integration/payments 2h checkout fix")
    calendars = await subscriber()
    first, second = await calendars.get(FEED), await calendars.get(FEED)
    assert first.content == second.content
    tag = first.headers["etag"]
    for known in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        again = await calendars.get(FEED, headers={"If-None-Match": known})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    await signalbox.type(ANA, "/env extend 30m")
    changed = await calendars.get(FEED, headers={"If-None-Match": tag})
    assert changed.status_code == 200
    before, after = (Calendar.from_ical(each.content).events[0] for each in (first, changed))
    assert before.uid == after.uid
    assert before.sequence < after.sequence


async def test_a_header_will_do_as_well(pipeline):
    assert (await (await pipeline("calendars", "calendar:read")).get(FEED)).status_code == 200


async def test_without_a_token_that_holds_and_may_nobody_is_let_in(subscriber, signalbox):
    async with httpx.AsyncClient(base_url=signalbox.started.address, trust_env=False) as nobody:
        for address in (FEED, f"{FEED}?token=", f"{FEED}?token=sbx_x", f"{FEED}?token=sbx_aaaaaaaaaa_{'a' * 52}"):
            answer = await nobody.get(address)
            assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")
            assert "sbx_aaaa" not in answer.text
    answer = await (await subscriber("reservations:write")).get(FEED)
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
    assert "--scope calendar:read" in answer.json()["detail"]


async def test_a_token_in_the_address_opens_nothing_else(subscriber):
    assert (await (await subscriber("reservations:write")).get("/v1/token")).status_code == 401


async def test_an_environment_that_is_none_is_answered_with_the_one_that_was_meant(subscriber):
    answer = await (await subscriber()).get("/calendar/integraton.ics")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
    assert answer.json()["suggestions"] == ["integration"]


async def test_the_description_says_that_the_token_may_stand_in_the_address(pipeline):
    schema = (await (await pipeline("ci")).get("/openapi.json")).json()
    operation = schema["paths"]["/calendar/{environment}.ics"]["get"]
    assert list(operation["responses"]["200"]["content"]) == ["text/calendar"]
    ways = [schema["components"]["securitySchemes"][name] for each in operation["security"] for name in each]
    assert {(way["type"], way.get("in")) for way in ways} == {("http", None), ("apiKey", "query")}
