"""Who is let into the API, and what everybody else is told."""


async def test_a_token_tells_what_it_may_do(pipeline):
    ci = await pipeline("ci", "reservations:read", team="checkout")
    told = (await ci.get("/v1/token")).json()
    assert (told["principal"], told["team"], told["scopes"]) == ("pipeline:ci", "checkout", ["reservations:read"])


async def test_without_a_token_that_holds_nobody_is_let_in(pipeline, subtests):
    ci = await pipeline("ci")
    del ci.headers["Authorization"]
    for header in (None, "Bearer", "Bearer x", f"Bearer sbx_aaaaaaaaaa_{'a' * 52}", "Basic abc", "Bearer \xff"):
        with subtests.test(header=header):
            headers = {"Authorization": header.encode("latin-1")} if header else {}
            answer = await ci.get("/v1/token", headers=headers)
            assert answer.status_code == 401
            assert answer.headers["www-authenticate"] == "Bearer"
            assert answer.headers["content-type"] == "application/problem+json"
            problem = answer.json()
            assert problem["code"] == "not_authenticated"
            assert "signalbox token create" in problem["fix"]


async def test_an_unknown_address_is_a_problem_too(pipeline):
    answer = await (await pipeline("ci")).get("/v1/nonsense")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


async def test_a_request_that_is_too_large_is_refused_before_it_is_read(pipeline):
    answer = await (await pipeline("ci")).post("/v1/token", content=b"a" * 100_000)
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
