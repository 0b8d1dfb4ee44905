"""The API as a pipeline sees it, beside people in Slack: one queue."""

import asyncio
import re
from datetime import datetime, timedelta
from time import perf_counter

import pytest

from tests.support.signalbox import ANA, BEN

WANTED = {"target": "integration/payments", "length": "30m", "reason": "deploy"}


async def test_what_is_free_is_had_at_once_with_a_token_that_fences(pipeline):
    ci = await pipeline("ci")
    answer = await ci.post("/v1/reservations", json=WANTED)
    assert answer.status_code == 201, answer.text
    mine = answer.json()
    assert (mine["state"], mine["holder"], mine["services"]) == ("active", "pipeline:ci", ["payments"])
    assert mine["token"]
    assert answer.headers["location"] == mine["links"]["self"]
    assert (await ci.get(mine["links"]["self"])).json() == mine


async def test_a_pipeline_stands_in_line_behind_a_person_and_hears_at_once_of_its_turn(pipeline, signalbox):
    ci = await pipeline("ci")
    await signalbox.type(ANA, "/env integration/payments 2h")
    answer = await ci.post("/v1/reservations", json=WANTED)
    mine = answer.json()
    assert (answer.status_code, mine["state"], mine["place"], mine["token"]) == (202, "queued", 1, None)
    assert mine["turn"]["earliest"] <= mine["turn"]["latest"]
    told = r"Ana Kovač holds integration/payments until (\d\d:\d\d)\. The turn is likely about \1 CES?T\."
    assert re.fullmatch(told, mine["why_waiting"]), mine["why_waiting"]
    assert (await ci.get(mine["links"]["self"])).json()["why_waiting"] == mine["why_waiting"]
    waiting = asyncio.create_task(ci.get(mine["links"]["self"], params={"wait": 60}))
    await asyncio.sleep(0.3)
    assert not waiting.done()
    began = perf_counter()
    await signalbox.type(ANA, "/env release")
    assert (await waiting).json()["state"] == "active"
    assert perf_counter() - began < 30


async def test_a_long_poll_ends_with_its_time_when_nothing_changes(pipeline, signalbox):
    ci = await pipeline("ci")
    await signalbox.type(ANA, "/env integration/payments 2h")
    mine = (await ci.post("/v1/reservations", json=WANTED)).json()
    began = perf_counter()
    assert (await ci.get(mine["links"]["self"], params={"wait": 1})).json()["state"] == "queued"
    assert 0.9 < perf_counter() - began < 30
    assert (await ci.get(mine["links"]["self"], params={"wait": 61})).status_code == 422


async def test_what_is_yours_already_is_answered_at_once_however_long_you_would_wait(pipeline):
    ci = await pipeline("ci")
    mine = (await ci.post("/v1/reservations", json=WANTED)).json()
    began = perf_counter()
    assert (await ci.get(mine["links"]["self"], params={"wait": 60})).json()["state"] == "active"
    assert perf_counter() - began < 30


async def test_a_key_that_comes_again_is_carried_out_once(pipeline):
    ci = await pipeline("ci")
    answers = [await ci.post("/v1/reservations", json=WANTED, headers={"Idempotency-Key": "run-7"}) for _ in range(3)]
    assert {answer.status_code for answer in answers} == {201}
    assert {answer.json()["id"] for answer in answers} == {answers[0].json()["id"]}
    other = await ci.post("/v1/reservations", json={**WANTED, "length": "1h"}, headers={"Idempotency-Key": "run-7"})
    assert (other.status_code, other.json()["code"]) == (422, "request_reused")


async def test_a_key_used_for_something_else_leaves_no_address_to_be_called(pipeline):
    ci, key = await pipeline("ci"), {"Idempotency-Key": "run-7"}
    address = {"callback_url": "https://ci.example.com/hook"}
    await ci.post("/v1/reservations", json=WANTED, headers=key)
    other = await ci.post("/v1/reservations", json={**WANTED, **address, "length": "1h"}, headers=key)
    assert (other.status_code, other.json()["code"]) == (422, "request_reused")
    another = {"callback_url": "https://ci.example.com/other"}
    assert (await ci.post("/v1/reservations", json={**WANTED, **another}, headers=key)).status_code == 201
    changed = await ci.post("/v1/reservations", json={**WANTED, **address}, headers=key)
    assert (changed.status_code, changed.json()["code"]) == (422, "another_address")


async def test_who_does_not_wait_is_answered_the_same_with_the_same_key(pipeline, signalbox):
    ci, had, missed = await pipeline("ci"), {"Idempotency-Key": "had"}, {"Idempotency-Key": "missed"}
    mine = (await ci.post("/v1/reservations", json={**WANTED, "wait": False}, headers=had)).json()
    await ci.post(mine["links"]["release"])
    await signalbox.type(ANA, "/env integration/payments 2h")
    again = await ci.post("/v1/reservations", json={**WANTED, "wait": False}, headers=had)
    assert (again.status_code, again.json()["id"], again.json()["state"]) == (201, mine["id"], "released")
    place = (await ci.post("/v1/reservations", json=WANTED, headers=missed)).json()
    await ci.post(place["links"]["release"])
    await signalbox.type(ANA, "/env release")
    again = await ci.post("/v1/reservations", json={**WANTED, "wait": False}, headers=missed)
    assert (again.status_code, again.json()["code"]) == (409, "taken")


async def test_one_pipelines_keys_are_not_anothers(pipeline):
    ids = set()
    for name, target in (("one", "integration/payments"), ("two", "integration/orders")):
        wanted = {**WANTED, "target": target}
        answer = await (await pipeline(name)).post(
            "/v1/reservations", json=wanted, headers={"Idempotency-Key": "run-7"}
        )
        assert answer.status_code == 201
        ids.add(answer.json()["id"])
    assert len(ids) == 2


async def test_a_key_is_made_up_and_told_where_none_was_sent(pipeline):
    answer = await (await pipeline("ci")).post("/v1/reservations", json=WANTED)
    assert len(answer.headers["idempotency-key"]) == 36


async def test_who_does_not_want_to_wait_is_told_who_has_it_and_leaves_no_trace(pipeline, signalbox):
    ci = await pipeline("ci")
    await signalbox.type(ANA, "/env integration/payments 2h")
    answer = await ci.post("/v1/reservations", json={**WANTED, "wait": False})
    assert (answer.status_code, answer.json()["code"]) == (409, "taken")
    assert ANA in answer.json()["detail"]
    assert "ci" not in await signalbox.type(BEN, "/env log")
    await signalbox.type(ANA, "/env release")
    assert (await ci.post("/v1/reservations", json={**WANTED, "wait": False})).status_code == 201


async def test_released_it_is_free_again_and_releasing_twice_is_fine(pipeline):
    ci = await pipeline("ci")
    mine = (await ci.post("/v1/reservations", json=WANTED)).json()
    for _ in range(2):
        released = await ci.post(mine["links"]["release"])
        assert (released.status_code, released.json()["state"]) == (200, "released")
    assert (await ci.get(mine["links"]["self"])).json()["state"] == "released"
    assert (await ci.get("/v1/environments/integration")).json()["free"]


async def test_leaving_the_queue_is_a_release_too(pipeline, signalbox):
    ci = await pipeline("ci")
    await signalbox.type(ANA, "/env integration/payments 2h")
    mine = (await ci.post("/v1/reservations", json=WANTED)).json()
    left = await ci.delete(mine["links"]["self"])
    assert (left.status_code, left.json()["state"]) == (200, "cancelled")


async def test_nobody_touches_what_belongs_to_another_or_sees_its_token(pipeline):
    ci, thief = await pipeline("ci"), await pipeline("thief")
    mine = (await ci.post("/v1/reservations", json=WANTED)).json()
    refused = await thief.post(mine["links"]["release"])
    assert (refused.status_code, refused.json()["code"]) == (403, "held_by_another")
    assert (await thief.get(mine["links"]["self"])).json()["token"] is None
    await ci.post(mine["links"]["release"])
    assert (await thief.post(mine["links"]["release"])).status_code == 403


async def test_a_mate_of_the_team_may_release_for_it(pipeline, signalbox):
    ci = await pipeline("ci", team="checkout")
    await ci.post("/v1/reservations", json=WANTED)
    assert "Released" in await signalbox.type(ANA, "/env release integration/payments")
    assert (await ci.get("/v1/environments/integration")).json()["free"]


async def test_reading_alone_reserves_nothing(pipeline):
    reader = await pipeline("reader", "reservations:read")
    refused = await reader.post("/v1/reservations", json=WANTED)
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
    assert "reservations:write" in refused.json()["detail"]
    calendar = await pipeline("calendar", "calendar:read")
    assert (await calendar.get("/v1/environments")).status_code == 403


WRONG = [
    ({"target": "integraton"}, 404, "not_found", "Did you mean integration?"),
    ({"target": "integration/paymets"}, 404, "not_found", "integration/payments"),
    ({"target": "payments"}, 422, "usage_error", "several environments"),
    ({"target": "any:gold-customer x3"}, 422, "usage_error", "2"),
    ({"target": "integration nonsense"}, 404, "not_found", "nonsense"),
    ({"ttl_seconds": 1}, 422, "invalid_request", "ttl_seconds"),
    ({"length": "soon"}, 422, "invalid_request", "PT30M"),
    ({"length": 0}, 422, "invalid_request", "longer than nothing"),
    ({"length": "9h"}, 422, "too_long", "8 h"),
    ({"length": 10**30}, 422, "invalid_request", "a year at most"),
    ({"mode": "both"}, 422, "invalid_request", "exclusive"),
    ({"reason": "x" * 501}, 422, "invalid_request", "500"),
    ({"nonsense": 1}, 422, "invalid_request", "nonsense"),
    ({"callback_url": "ftp://x/"}, 422, "usage_error", "https://"),
    ({"callback_url": "http://169.254.169.254/latest"}, 422, "usage_error", "SIGNALBOX_CALLBACK_HOSTS"),
]


async def test_what_is_wrong_with_a_request_is_said(pipeline, subtests):
    ci, look = await pipeline("ci"), await pipeline("look")
    for change, status, code, says in WRONG:
        with subtests.test(**change):
            answer = await ci.post("/v1/reservations", json={**WANTED, **change})
            assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
            assert says in answer.text
            assert (await look.get("/v1/reservations")).json() == {"reservations": []}


async def test_a_body_that_is_no_request_is_refused(pipeline, subtests):
    ci = await pipeline("ci")
    for body in (b"", b"{", b"[]", b"[" * 20_000, b'{"target": "\xff"}', b"null"):
        with subtests.test(body=body[:20]):
            answer = await ci.post("/v1/reservations", content=body, headers={"Content-Type": "application/json"})
            assert answer.status_code in (400, 422), answer.text
            assert answer.headers["content-type"] == "application/problem+json"


async def test_broken_json_is_told_with_the_place_and_a_misspelt_field_with_what_was_meant(pipeline):
    ci = await pipeline("ci")
    broken = await ci.post(
        "/v1/reservations", content=b'{\n "target": integration}', headers={"Content-Type": "application/json"}
    )
    assert "line 2, column 12: this is no JSON" in broken.json()["detail"]
    misspelt = (await ci.post("/v1/reservations", json={**WANTED, "reson": "deploy"})).json()
    assert misspelt["detail"] == "The request is not right. reson: there is no such field. Did you mean reason?"
    assert misspelt["suggestions"] == ["reason"]


@pytest.mark.parametrize("length", ["30m", 30, "PT30M", "half an hour"])
async def test_a_length_may_be_written_as_people_and_as_machines_do(pipeline, length):
    mine = (
        await (await pipeline("ci")).post("/v1/reservations", json={**WANTED, "length": length, "ttl_seconds": 3600})
    ).json()
    started, ends = (datetime.fromisoformat(mine[at]) for at in ("started_at", "ends_at"))
    assert ends - started == timedelta(minutes=30)


async def test_a_reservation_that_never_was_is_not_found(pipeline):
    ci = await pipeline("ci")
    for path in ("/v1/reservations/LAAAAAAAA", "/v1/environments/nowhere"):
        assert (await ci.get(path)).status_code == 404
    answer = await ci.post("/v1/reservations/NOPE/heartbeat")
    assert (answer.status_code, answer.json()["detail"]) == (404, "There is no reservation NOPE.")


async def test_the_board_is_there_as_json(pipeline, signalbox):
    ci = await pipeline("ci", "reservations:read")
    await signalbox.type(ANA, "/env integration/payments 2h")
    await signalbox.type(BEN, "/env integration/payments 1h")
    board = (await ci.get("/v1/environments")).json()["environments"]
    assert [(each["name"], each["free"]) for each in board] == [("integration", False), ("staging-2", True)]
    assert [each["holder"] for each in board[0]["holders"] + board[0]["waiting"]] == [ANA, BEN]
    listed = (await ci.get("/v1/reservations", params={"environment": "integration"})).json()["reservations"]
    assert [each["holder"] for each in listed] == [ANA, BEN]


async def test_a_hotfix_stands_before_others_for_whoever_may(pipeline, signalbox):
    await signalbox.type(ANA, "/env integration/payments 2h")
    await signalbox.type(BEN, "/env integration/payments 1h")
    plain, urgent = await pipeline("plain"), await pipeline("urgent", "reservations:write", "reservations:priority")
    assert (await plain.post("/v1/reservations", json={**WANTED, "priority": "hotfix"})).status_code == 403
    assert (await urgent.post("/v1/reservations", json={**WANTED, "priority": "hotfix"})).json()["place"] == 1


async def test_any_of_a_label_gets_what_is_free_and_says_which(pipeline):
    one, two, three = [await pipeline(name) for name in ("one", "two", "three")]
    wanted = {**WANTED, "target": "any:gold-customer"}
    got = [(await each.post("/v1/reservations", json=wanted)).json() for each in (one, two, three)]
    assert [each["resources"] for each in got[:2]] == [["gold-customer-1"], ["gold-customer-2"]]
    assert [each["state"] for each in got] == ["active", "active", "queued"]
