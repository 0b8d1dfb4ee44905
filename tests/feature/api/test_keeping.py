"""To have it longer: heartbeats, extensions, and what is told of how long."""

from datetime import datetime, timedelta

from tests.support.signalbox import BEN
from tests.support.waiting import eventually

WANTED = {"target": "integration/payments", "length": "30m", "reason": "deploy"}


async def test_who_wants_the_same_again_is_told_to_extend_it_and_can(pipeline):
    ci, key = await pipeline("ci"), {"Idempotency-Key": "more"}
    mine = (await ci.post("/v1/reservations", json=WANTED)).json()
    again = (await ci.post("/v1/reservations", json=WANTED)).json()
    assert (again["code"], again["reservation"]) == ("already_yours", mine["id"])
    assert "/v1/reservations/{id}/extend" in again["fix"]
    ends = []
    for _ in range(2):
        longer = await ci.post(mine["links"]["extend"], json={"length": "15m"}, headers=key)
        assert (longer.status_code, longer.json()["length_seconds"]) == (200, 45 * 60), longer.text
        ends.append(longer.json()["latest_end_at"])
    asked = datetime.fromisoformat(mine["latest_end_at"]) + timedelta(minutes=15)
    assert {datetime.fromisoformat(each) for each in ends} == {asked}
    other = await ci.post(mine["links"]["extend"], json={"length": "20m"}, headers=key)
    assert (other.status_code, other.json()["code"]) == (422, "request_reused")
    too_long = await ci.post(mine["links"]["extend"], json={"length": "9h"})
    assert (too_long.status_code, too_long.json()["code"]) == (422, "too_long")
    theirs = await (await pipeline("other")).post(mine["links"]["extend"], json={"length": "15m"})
    assert (theirs.status_code, theirs.json()["code"]) == (403, "held_by_another")


async def test_a_pipelines_length_is_shown_and_not_only_how_long_it_lives_without_a_heartbeat(pipeline, signalbox):
    ci = await pipeline("ci")
    mine = (await ci.post("/v1/reservations", json={**WANTED, "ttl_seconds": 60})).json()
    started, ends, latest = (datetime.fromisoformat(mine[at]) for at in ("started_at", "ends_at", "latest_end_at"))
    assert (ends - started, latest - started) == (timedelta(minutes=1), timedelta(minutes=30))
    assert mine["length_seconds"] == 1800
    assert "exclusive for 30 min until" in (board := await signalbox.type(BEN, "/env integration"))
    assert "kept alive by heartbeats" in board
    log = await signalbox.type(BEN, "/env log integration")
    assert f"kept alive by heartbeats · fencing token {mine['token']} · through the API" in log


async def test_a_heartbeat_keeps_it_and_silence_loses_it(pipeline, signalbox):
    ci, other = await pipeline("ci"), await pipeline("other")
    mine = (await ci.post("/v1/reservations", json={**WANTED, "ttl_seconds": 120})).json()
    ends = [mine["ends_at"]]
    for _ in range(3):
        signalbox.advance(timedelta(seconds=100))
        kept = await ci.post(mine["links"]["heartbeat"])
        assert (kept.status_code, kept.json()["state"]) == (200, "active")
        ends.append(kept.json()["ends_at"])
    assert ends == sorted(set(ends))
    assert (await other.post(mine["links"]["heartbeat"])).status_code == 403
    signalbox.advance(timedelta(seconds=121))
    lost = await ci.post(mine["links"]["heartbeat"])
    assert (lost.status_code, lost.json()["code"]) == (409, "lease_gone")

    async def expired():
        return (await ci.get(mine["links"]["self"])).json()["state"] == "expired"

    await eventually(expired)


async def test_a_waiter_hears_of_the_end_that_time_brings(pipeline, signalbox):
    ci, other = await pipeline("ci"), await pipeline("other")
    mine = (await ci.post("/v1/reservations", json=WANTED)).json()
    await other.post("/v1/reservations", json=WANTED)
    signalbox.advance(timedelta(minutes=31))

    async def expired():
        return (await ci.get(mine["links"]["self"])).json()["state"] == "expired"

    await eventually(expired)
