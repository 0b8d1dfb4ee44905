"""The description of the API, and the page made from it."""

import re
from html import unescape

from handlers.http.api.docs import PROBLEMS


async def test_the_description_has_an_example_for_every_body_and_a_sentence_for_every_field(pipeline):
    schema = (await (await pipeline("ci")).get("/openapi.json")).json()
    assert "/v1/reservations/{id}" in schema["paths"]
    wish = schema["components"]["schemas"]["Wish"]
    assert wish["examples"]
    assert [name for name, field in wish["properties"].items() if not field.get("description")] == []


async def test_the_page_shows_every_request_and_loads_nothing_from_elsewhere(pipeline):
    ci = await pipeline("ci")
    page = await ci.get("/docs")
    paths = [
        path for path in (await ci.get("/openapi.json")).json()["paths"] if path.startswith(("/v1/", "/calendar/"))
    ]
    assert "/calendar/{environment}.ics" in paths
    assert [path for path in paths if path not in page.text] == []
    assert re.findall(r'(?:src|href)="(?!/|#)[^"]*"|@import|<script', page.text) == []
    assert "default-src 'none'" in page.headers["content-security-policy"]


async def test_every_line_to_copy_can_be_sent_as_it_stands_and_boards_are_shown_with_what_they_answer(pipeline):
    page = unescape((await (await pipeline("ci")).get("/docs")).text)
    lines = re.findall(r'curl .*?"http[^"]*"', page)
    assert [line for line in lines if "{" in line] == []
    assert [line for line in lines if ".ics?token=$CALENDAR_TOKEN" in line]
    assert '"environments": [' in page
    assert "/v1/runs/RJ5QWMZ3A/reports" in page
    assert "--data-binary @junit.xml" in page


async def test_a_problem_leads_to_its_place_on_the_page(pipeline):
    page = (await (await pipeline("ci")).get("/docs")).text
    assert [code for code in PROBLEMS if f'id="{code.replace("_", "-")}"' not in page] == []
    assert {"not_authenticated", "not_found", "usage_error"} <= set(PROBLEMS)
