"""Suites as pipelines and programs run them: real requests to a running Signalbox."""

import asyncio
import os
import re
import shutil
import sys
from pathlib import Path

import pytest

from bot.ports.fake_pipelines import FakePipelines
from integrations.workspace.limits import Limits
from tests.support.signalbox import signalbox_here
from tests.support.suites import GREEN, RED

WANTED = {"suite": "checkout-api", "environment": "integration", "parameters": {"CURRENCY": "EUR"}}


@pytest.fixture
async def signalbox(valkey, tmp_path):
    """Its pipelines run until they are told to end."""
    limits, providers = Limits().loosened(), {"local": FakePipelines()}.get
    async with signalbox_here(tmp_path, valkey.url, limits=limits, providers=providers) as running:
        yield running


@pytest.fixture
async def runner(pipeline):
    return await pipeline("nightly", "runs:write")


async def begun(runner, key="n1"):
    return await runner.post("/v1/runs", json=WANTED, headers={"Idempotency-Key": key})


async def test_a_run_is_asked_for_once_however_often_its_key_is_sent(runner):
    first, again = await begun(runner), await begun(runner)
    assert first.status_code == 201
    assert first.json()["id"] == again.json()["id"]
    assert first.headers["Location"] == f"/v1/runs/{first.json()['id']}"
    assert (first.json()["by"], first.json()["number"]) == ("pipeline:nightly", 1)
    [listed] = (await runner.get("/v1/runs", params={"suite": "checkout-api"})).json()["runs"]
    assert listed["id"] == first.json()["id"]
    unknown = await runner.get("/v1/runs/R2345678")
    assert (unknown.status_code, "GET /v1/runs" in unknown.json()["fix"]) == (404, True)


async def test_a_report_is_read_as_it_comes_and_a_bad_one_says_where(runner):
    run = (await begun(runner)).json()["id"]
    said = await runner.post(f"/v1/runs/{run}/reports", content=RED, headers={"X-Report-Name": "junit.xml"})
    assert (said.status_code, said.json()["tests"], said.json()["failed"]) == (200, 2, 1)
    assert (await runner.post(f"/v1/runs/{run}/reports", content=RED)).json() == said.json()
    bad = await runner.post(f"/v1/runs/{run}/reports", content=b"hello", headers={"X-Report-Name": "notes.txt"})
    assert (bad.status_code, bad.json()["code"]) == (422, "usage_error")
    assert "notes.txt:1:1: this is no test report" in bad.json()["detail"]


async def test_a_report_sent_as_a_form_is_told_to_come_as_the_file_itself(runner):
    """As `curl -F report=@junit.xml` sends it."""
    run = (await begun(runner)).json()["id"]
    form = await runner.post(f"/v1/runs/{run}/reports", files={"report": ("junit.xml", RED, "text/xml")})
    assert (form.status_code, form.json()["code"]) == (422, "sent_as_form")
    assert "curl --data-binary @junit.xml" in form.json()["fix"]
    assert (await runner.get(f"/v1/runs/{run}")).status_code == 200
    assert (await runner.post(f"/v1/runs/{run}/reports", content=RED)).json()["tests"] == 2


@pytest.mark.skipif(shutil.which("curl") is None, reason="the script needs curl")
async def test_the_script_of_the_guide_sends_what_its_tests_report_and_repeats_what_it_is_told(runner, tmp_path):
    """Of three tests GREP chooses two, one of which fails."""
    run = (await begun(runner)).json()["id"]
    (tmp_path / "test_orders.py").write_text(
        "def test_smoke(): pass\ndef test_smoke_two(): assert 0\ndef test_c(): pass\n"
    )
    (tmp_path / ".signalbox.env").write_text(f"SIGNALBOX_URL={runner.base_url}\nSIGNALBOX_TOKEN={token_of(runner)}\n")
    given = {"SIGNALBOX_RUN_ID": run, "GREP": "smoke", "FAILED_TESTS": ""}
    code, said = await script_of_the_guide(tmp_path, given)
    assert (code, '"tests":2,"passed":1,"failed":1' in said) == (1, True), said
    _code, said = await script_of_the_guide(tmp_path, {**given, "FAILED_TESTS": "test_orders.py::test_smoke_two"})
    assert '"tests":1,"passed":0,"failed":1' in said, said


def token_of(runner):
    return runner.headers["Authorization"].removeprefix("Bearer ")


async def script_of_the_guide(folder, given):
    """How it ended, and what it said."""
    guide = (Path(__file__).parents[3] / "deploy/docs/guide.md").read_text("utf-8")
    [script] = re.findall(r"```sh\n(#!/bin/sh\n.*?)```", guide, re.DOTALL)
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    ran = await asyncio.create_subprocess_exec(
        *("sh", "-c", script),
        cwd=folder,
        env={"PATH": path, "HOME": str(folder), "PYTEST_ADDOPTS": "-p no:cacheprovider", **given},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    out, _ = await ran.communicate()
    return ran.returncode, out.decode()


async def test_reports_may_be_large_and_nothing_else_may(runner):
    run = (await begun(runner)).json()["id"]
    padded = GREEN.replace(b'name="b"/>', b'name="b"><system-out>' + b"x" * 100_000 + b"</system-out></testcase>")
    assert (await runner.post(f"/v1/runs/{run}/reports", content=padded)).json()["passed"] == 2
    assert (await runner.post("/v1/runs", content=b" " * 40_000)).status_code == 413


async def test_what_does_not_exist_is_not_found_and_the_near_name_is_suggested(runner):
    assert (await runner.get("/v1/runs/RAAAAAAAA")).status_code == 404
    missed = await runner.post("/v1/runs", json={**WANTED, "suite": "chekout-api"})
    assert (missed.status_code, missed.json()["suggestions"]) == (404, ["checkout-api"])


async def test_a_token_that_only_reads_runs_nothing(pipeline):
    reader = await pipeline("reader", "runs:read")
    assert (await begun(reader)).status_code == 403
    assert (await reader.get("/v1/runs")).status_code == 200
