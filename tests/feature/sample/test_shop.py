"""The sample shop: it sells, and each faulty version has its fault; its operator deploys once and hides no death."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import httpx
import pytest

from bot.errors import NotFound
from integrations.sample_shop import ShopVersions
from tests.support.shop import attributes, eventually, runs

EMPTY_CARD = "4000000000000002"
SERVICES = ("storefront", "catalog", "orders", "payments", "inventory")
PLACES = {("integration", name) for name in SERVICES} | {
    ("staging-2", name) for name in ("storefront", "orders", "payments")
}


@pytest.fixture(autouse=True)
def _restore(shop):
    """Each test deploys what it is about; afterwards the versions before run again."""
    before = shop.all()
    yield
    for (environment, service), told in shop.all().items():
        if told["version"] != (version := before[environment, service]["version"]):
            assert shop.deploy(service, version, environment, token=told["token"]).is_success


def test_a_customer_buys_in_any_currency(shop):
    for currency in ("EUR", "USD", "GBP", "TRY", "JPY"):
        receipt = shop.buy("honey", currency=currency)
        assert receipt.status_code == 201, receipt.text
    order = receipt.json()["order_id"]
    told = {"id": order, "sku": "honey", "quantity": 1, "currency": "JPY", "status": "paid"}
    assert shop.http.get(f"{shop.url('storefront')}/purchases/{order}").json() == told


def test_what_cannot_be_had_is_said(shop):
    assert (shop.buy("unicorn").status_code, shop.buy(quantity=900).status_code) == (404, 409)
    declined = shop.buy(card=EMPTY_CARD)
    assert (declined.status_code, declined.json()) == (402, {"error": "The card was declined."})
    assert shop.buy(currency="CHF").status_code == 422


def test_where_there_is_no_stock_vouchers_are_sold(shop):
    assert shop.buy("voucher-25", environment="staging-2").status_code == 201
    assert shop.buy("mug", environment="staging-2").status_code == 404


def test_every_service_says_how_it_is_and_what_it_offers(shop):
    for service in SERVICES:
        health = shop.does("health", service)
        told = shop.at(service)
        assert health.json() == {
            "status": "ok",
            "service": service,
            "version": told["version"],
            "environment": "integration",
        }
        described = shop.http.get(f"{told['url']}/openapi.json").json()
        assert (described["info"]["version"], "/health" in described["paths"]) == (told["version"], True)


def test_an_order_is_one_trace_through_all_services_with_its_log_lines(shop, receiver):
    order = shop.buy("tray").json()["order_id"]
    line = receiver.line("Order paid", order)
    trace = receiver.trace(line.trace_id, {"storefront", "catalog", "orders-service", "payments-service", "inventory"})
    assert [span.name for _, span in trace if not span.parent_span_id] == ["POST /purchases"]
    (about,) = {tuple(sorted(_identity(about).items())) for about, span in trace if span.name == "POST /charges"}
    assert dict(about) == {
        "service.name": "payments-service",
        "service.version": "1.4.0",
        "deployment.environment.name": "integration",
    }
    assert receiver.line("Charged", order).trace_id == line.trace_id


def _identity(about):
    return {name: about[name] for name in ("service.name", "service.version", "deployment.environment.name")}


def test_requests_are_counted_and_timed(shop, receiver):
    shop.buy("mug")
    shop.deploy("storefront", "3.1.0")  # what is replaced sends its last figures

    def figures():
        return [
            point
            for about, metric in receiver.metrics
            if about["service.name"] == "storefront" and metric.name == "http.server.request.duration"
            for point in metric.histogram.data_points
            if attributes(point).get("http.route") == "/purchases"
        ]

    point = eventually(figures)[-1]
    assert point.count >= 1
    assert 0 < point.sum / point.count < 5


def test_payments_150_cannot_charge_euros(shop, receiver):
    shop.deploy("payments", "1.5.0")
    assert (shop.buy(currency="EUR").status_code, shop.buy(currency="USD").status_code) == (502, 201)
    eventually(lambda: [1 for about, line in receiver.lines if "KeyError: 'EUR'" in line.body.string_value])
    shop.deploy("payments", "1.5.1")
    assert shop.buy(currency="EUR").status_code == 201


def test_catalog_230_takes_long_to_find_what_else_was_bought(shop):
    seconds = {version: _fastest(shop, version) for version in ("2.3.0", "2.3.1")}
    assert seconds["2.3.0"] > 4 * seconds["2.3.1"], seconds


def _fastest(shop, version):
    shop.deploy("catalog", version)
    url, taken = f"{shop.url('catalog')}/products/mug", []
    for _ in range(3):
        started = time.perf_counter()
        assert len(shop.http.get(url).json()["bought_together"]) == 3
        taken.append(time.perf_counter() - started)
    return min(taken)


def test_catalog_240_renames_the_price_and_old_storefronts_break(shop):
    shop.deploy("catalog", "2.4.0")
    assert "unit_price" in shop.http.get(f"{shop.url('catalog')}/products/mug").json()
    assert shop.buy().status_code == 500
    shop.deploy("storefront", "3.2.0")
    assert shop.buy().status_code == 201


def test_inventory_094_says_that_there_is_no_such_product_when_it_is_sold_out(shop):
    shop.deploy("inventory", "0.9.4")
    assert (shop.buy(quantity=900).status_code, shop.buy().status_code) == (502, 201)


def test_inventory_095_loses_count_when_two_order_at_once(shop):
    shop.deploy("inventory", "0.9.5")
    eventually(lambda: _lost(shop, "candle"))
    shop.deploy("inventory", "0.9.6")
    assert not any(_lost(shop, "spoon") for _ in range(3))


def _lost(shop, sku):
    """Pieces that are missing or too many after some people came at once."""
    url = shop.url("inventory")
    with ThreadPoolExecutor(8) as people:
        wishes = [{"reference": uuid4().hex, "sku": sku, "quantity": 1} for _ in range(24)]
        list(people.map(lambda wish: shop.http.post(f"{url}/reservations", json=wish), wishes))
    stock = shop.http.get(f"{url}/stock/{sku}").json()
    return stock["delivered"] - stock["available"] - stock["reserved"]


def test_orders_220_runs_out_of_connections_and_says_so(shop, receiver):
    shop.deploy("orders", "2.2.0")
    assert [shop.buy(card=EMPTY_CARD).status_code for _ in range(8)] == [402] * 8
    assert shop.buy().status_code == 502
    assert "503" in shop.buy().json()["error"]
    shop.deploy("orders", "2.2.1")  # what is replaced sends its last figures
    pool, full = "db.client.connection.count", {"used": 8, "idle": 0}
    used = eventually(lambda: (told := receiver.amounts("orders-service", "2.2.0")).get(pool) == full and told)
    assert used["process.memory.usage"][""] > 10_000_000
    assert [shop.buy(card=EMPTY_CARD).status_code for _ in range(9)] == [402] * 9
    assert shop.buy().status_code == 201


@pytest.mark.parametrize(("version", "handed_on"), [("2.3.0", False), ("2.3.1", True)])
def test_orders_230_loses_the_trace(shop, receiver, version, handed_on):
    shop.deploy("orders", version)
    order = shop.buy("kettle").json()["order_id"]
    paid, charged = receiver.line("Order paid", order), receiver.line("Charged", order)
    assert (paid.trace_id == charged.trace_id) is handed_on


def test_it_tells_what_runs_where(shop):
    assert shop.all().keys() == PLACES
    assert {told["status"] for told in shop.all().values()} == {"ok"}
    assert len({told["url"] for told in shop.all().values()}) == len(PLACES)


def test_a_deployment_replaces_the_process_and_nobody_is_turned_away(shop):
    before = shop.at("orders", "staging-2")
    answer = shop.deploy("orders", "2.1.1", "staging-2")
    told = answer.json()
    assert (told["version"], told["previous"], told["status"], told["url"]) == ("2.1.1", "2.1.0", "ok", before["url"])
    assert told["pid"] != before["pid"]
    assert not runs(before["pid"])
    assert shop.does("health", "orders", "staging-2").json()["version"] == "2.1.1"
    assert shop.buy("voucher-10", environment="staging-2").status_code == 201


def test_the_same_deployment_happens_once(shop):
    first = shop.deploy("payments", "1.4.1", "staging-2", deployment="D1").json()
    assert shop.deploy("payments", "1.4.1", "staging-2", deployment="D1").json() == first
    assert shop.at("payments", "staging-2")["pid"] == first["pid"]
    other = shop.deploy("payments", "1.4.2", "staging-2", deployment="D1")
    assert (other.status_code, other.json()["error"]) == (
        409,
        "Deployment D1 was payments 1.4.1 to staging-2. Another one needs an id of its own.",
    )


@pytest.mark.parametrize(
    ("service", "environment", "version", "said"),
    [
        (
            "payments",
            "integration",
            "9.9.9",
            "There is no payments 9.9.9. There are 1.4.0, 1.4.1, 1.4.2, 1.5.0, 1.5.1.",
        ),
        ("catalog", "staging-2", "2.2.0", "There is no staging-2/catalog. There are integration/storefront, "),
        ("payments", "moon", "1.4.0", "There is no moon/payments. There are integration/storefront, "),
    ],
)
def test_what_there_is_not_is_answered_with_what_there_is(shop, service, environment, version, said):
    answer = shop.deploy(service, version, environment)
    assert answer.status_code == 404
    assert answer.json()["error"].startswith(said)


def test_a_token_older_than_one_that_was_seen_is_refused(shop):
    for token in ("1.9", "1.10", "2.1"):
        assert shop.deploy("storefront", "3.1.0", "staging-2", token=token).is_success
    for token in ("1.11", "2.0"):
        refused = shop.deploy("storefront", "3.0.0", "staging-2", token=token)
        assert refused.status_code == 409
        assert refused.json()["error"].startswith(f"Token {token} is too old for staging-2/storefront: 2.1 was seen")
    assert shop.deploy("storefront", "3.1.0", "staging-2", token="one").status_code == 422
    assert shop.at("storefront", "staging-2")["version"] == "3.1.0"
    assert shop.at("storefront")["token"] is None  # the same token is no news elsewhere


def test_a_pipeline_deploys_and_says_what_came_of_it(shop):
    done, said = shop.pipeline(SERVICE="storefront", VERSION="3.1.0", ENVIRONMENT="staging-2", DEPLOYMENT="D2")
    assert done == 0, said
    assert "storefront 3.1.0 runs in staging-2; before it was 3." in said
    done, said = shop.pipeline(SERVICE="storefront", VERSION="4", ENVIRONMENT="staging-2", DEPLOYMENT="D3")
    assert done == 1
    assert "Refused: There is no storefront 4. There are 3.0.0, 3.1.0, 3.2.0." in said


def test_a_service_that_dies_is_down_until_it_is_started(shop):
    assert shop.does("kill", "catalog").json()["status"] == "down"
    down = shop.does("health", "catalog")
    assert (down.status_code, down.json()["status"]) == (503, "down")
    assert shop.at("catalog")["down_since"]
    assert shop.buy().status_code == 502
    assert shop.does("start", "catalog").json()["status"] == "ok"
    assert shop.buy().status_code == 201


def test_versions_and_what_is_new_in_them_are_told(shop):
    versions = shop.http.get("/versions/payments").json()["versions"]
    assert [each["version"] for each in versions] == ["1.5.1", "1.5.0", "1.4.2", "1.4.1", "1.4.0"]
    compared = shop.http.get("/compare/payments", params={"base": "1.4.2", "head": "1.5.0"}).json()
    assert [each["subject"] for each in compared["commits"]] == [
        "An unknown currency is no special case",
        "Look every currency up in the bank's table",
    ]
    assert (compared["total"], compared["commits"][0]["login"]) == (2, "akovac")
    assert compared["commits"][0]["hash"] == shop.http.get("/commits/payments/1.5.0").json()["hash"]
    assert shop.http.get("/compare/payments", params={"base": "1.4.2", "head": "7"}).status_code == 404


def test_what_a_commit_changed_is_told(shop):
    kept = ShopVersions(str(shop.http.base_url))
    first = shop.http.get("/compare/payments", params={"base": "1.4.2", "head": "1.5.0"}).json()["commits"][-1]["hash"]
    found = asyncio.run(kept.diff("payments", first))
    assert (found.files, found.whole) == (("services/payments.py",), True)
    assert "-    if currency == 'EUR':\n-        return 1.0\n" in found.text
    with pytest.raises(NotFound):
        asyncio.run(kept.diff("payments", "f" * 40))


def test_whatever_ends_the_operator_its_services_end_with_it_and_it_knows_what_ran(shop):
    answer = shop.deploy("payments", "1.4.2", token="3.7", deployment="D7")
    before = shop.all()
    shop.process.kill()
    eventually(lambda: not any(runs(told["pid"]) for told in before.values()))
    with pytest.raises(httpx.TransportError):
        shop.http.get(before["integration", "payments"]["url"])

    shop.up("--gate", orders=20)
    after, lasting = shop.all(), ("version", "url", "since", "token", "status")
    assert _only(after, lasting) == _only(before, lasting)
    assert shop.deploy("payments", "1.4.2", token="3.7", deployment="D7").json() == answer.json()
    assert [shop.deploy("payments", "1.4.1", token=token).status_code for token in (None, "3.6", "3.8")] == [
        403,
        409,
        200,
    ]
    eventually(lambda: shop.http.get("/").json()["orders"].get("201"))


def _only(places, fields):
    return {place: [told[field] for field in fields] for place, told in places.items()}
