"""What failed tests left, and the page of their run: found from the channel, handed on as what it is and nothing else."""

import re
from dataclasses import replace

import httpx
import pytest

from bot.ports.pipelines import Artifact
from bot.suites.left import left, matching, telling
from bot.suites.reports.model import Attachment, Case
from integrations.local_runner.pipelines import LocalPipelines
from tests.support.red_suites import a_workspace_with_suites, shows
from tests.support.signalbox import ANA, words_of

PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)
RUN = """
import os, pathlib, sys
at = pathlib.Path(os.environ["SIGNALBOX_ARTIFACTS"])
(at / "buying").mkdir()
for name in ("trace.zip", "video.webm", "shot.png", "page.html"):
    (at / "buying" / name).write_bytes(b"\\x89PNG\\r\\n\\x1a\\n" + bytes(20) if name == "shot.png" else b"<script>")
left = "".join(f"[[ATTACHMENT|{at}/buying/{name}]]\\n" for name in ("trace.zip", "video.webm", "shot.png", "page.html"))
lost = "[[ATTACHMENT|/etc/passwd]][[ATTACHMENT|../../request.json]]"
(at / "junit.xml").write_text(
    '<testsuite name="pytest"><testcase classname="api.test_pay" name="test_buying" time="1.5">'
    f'<failure message="KeyError: EUR">trace</failure><system-out>{left}{lost}</system-out></testcase>'
    '<testcase classname="api.test_pay" name="test_looking" time="0.25"/></testsuite>')
sys.exit(1)
"""


@pytest.fixture
async def signalbox(valkey, tmp_path):
    script = tmp_path / "run.py"
    script.write_text(RUN)
    runner = LocalPipelines(
        tmp_path / "runs",
        {"journeys-api": f"python3 {script}"},
        environment={"PATH": "/usr/bin:/bin"},
        cwd=tmp_path,
    )
    async with a_workspace_with_suites(tmp_path, valkey.url, runner) as running:
        yield running


def address(said, of):
    found = re.search(rf"<(http[^|>]+)\|{of}>", said)
    assert found, said
    return found[1]


async def test_what_a_failed_test_left_is_linked_and_handed_on_as_what_it_is(signalbox):
    await signalbox.type(ANA, "/suite checkout-api on integration")
    message = await signalbox.announced("*KeyError: EUR* broke 1 of 2")
    said = words_of(await shows(signalbox, message, "test_buying", reply=True))
    async with httpx.AsyncClient(trust_env=False) as http:
        screenshot = await http.get(address(said, "screenshot"))
        assert (screenshot.content, screenshot.headers["content-type"]) == (PNG, "image/png")
        assert screenshot.headers["x-content-type-options"] == "nosniff"
        assert "sandbox" in screenshot.headers["content-security-policy"]
        assert (await http.get(address(said, "video"))).headers["content-type"] == "video/webm"
        trace = await http.get(address(said, "Playwright trace"))
        assert trace.headers["content-type"] == "application/octet-stream"
        assert trace.headers["content-disposition"] == "attachment; filename*=utf-8''trace.zip"

        receipt = await signalbox.told(ANA, "1 of 2 failed")
        page = await http.get(address(words_of(receipt), "Details"))
        assert page.status_code == 200
        told = page.text
        assert all(each in told for each in ("test_buying", "KeyError: EUR", "test_looking", "1.50 s", "by hand"))
        assert re.search(r'<a href="../cases/C[A-Z2-7]{8}">KeyError: EUR</a>', told)
        assert "npx playwright show-trace" in told
        names = re.findall(r'<a href="(R[A-Z2-7]{8}/files/[0-9a-f]{12})" title="([^"]+)">', told)
        assert {name for _link, name in names} == {
            "trace.zip",
            "video.webm",
            "shot.png",
            "page.html",
            "passwd",
            "request.json",
        }
        answers = {name: await http.get(str(page.url.join(link))) for link, name in names}
        html = answers["page.html"]
        assert (html.headers["content-type"], html.headers["content-disposition"].partition(";")[0]) == (
            "application/octet-stream",
            "attachment",
        )
        assert [answers[name].status_code for name in ("passwd", "request.json")] == [404, 404]
        assert "did not keep passwd" in answers["passwd"].text
        strange = ("files/0123456789ab", "files/..%2f..%2frequest.json", "files/../../request.json")
        assert [(await http.get(f"{page.url}/{each}")).status_code for each in strange] == [404] * 3


def test_what_is_at_a_vendor_is_found_by_the_end_of_its_path_or_in_the_one_archive():
    near, far = Artifact("cart/trace.zip", "trace.zip"), Artifact("refund/trace.zip", "trace.zip")
    assert matching("/builds/shop/test-results/cart/trace.zip", (far, near)) == near
    assert matching("C:\\shop\\test-results\\refund\\trace.zip", (far, near)) == far
    assert matching("/etc/passwd", (far, near)) is None
    page = "https://github.com/acme/shop/actions/runs/1/artifacts/77"
    archive = Artifact("77", "playwright", url=page, archive=True)
    assert matching("/builds/cart/trace.zip", (archive,)) == archive
    assert matching("/builds/cart/trace.zip", (archive, replace(archive, id="78"))) is None


def test_only_what_is_an_archive_can_be_where_everything_is():
    report = Artifact("reports/junit.xml", "junit.xml", url="https://ci.example.com/job/1/artifact/reports/junit.xml")
    packed = Artifact("results.zip", "results.zip", url="https://ci.example.com/job/1/artifact/results.zip")
    another = Artifact("refund/trace.zip", "trace.zip", url="https://ci.example.com/job/1/artifact/refund/trace.zip")
    assert matching("/builds/cart/trace.zip", (report,)) is None
    assert matching("/builds/cart/trace.zip", (report, packed)) == packed
    assert matching("/builds/cart/trace.zip", (report, another)) is None


def test_of_each_kind_the_newest_is_told_and_nothing_that_is_an_address():
    paths = ("a/trace.zip", "a/shot.png", "b/trace.zip", "https://evil.example/shot.png", "b/log.txt")
    case = Case(id="t", name="t", suite="", status="failed", attachments=tuple(Attachment("x", path) for path in paths))
    assert [each.kind for each in left(case)] == ["trace", "screenshot", "trace", "file"]
    assert [(each.kind, each.key) for each in telling(case)] == [
        ("trace", left(case)[2].key),
        ("screenshot", left(case)[1].key),
    ]
