"""pytest and asyncio."""


def raised(error, message, *frames):
    """A traceback, outermost frame first; the lines move from run to run."""
    calls = "".join(f'  File "{file}", line {{line}}, in {name}\n    ...\n' for file, name in frames)
    return f"Traceback (most recent call last):\n{calls}{error}: {message}"


def short(error, message, *frames):
    calls = "".join(f"{file}:{{line}}: in {name}\n    ...\n" for file, name in frames)
    return f"{calls}E   {error}: {message}"


def way(test, error, message, *frames, stack=raised):
    return {
        "test": test,
        "error_class": error,
        "message": f"{error}: {message}",
        "stack": stack(error, message, *frames),
    }


T = "tests/test_checkout.py"

FAMILIES = (
    (
        "key error in the product",
        {
            "eur": [
                way("t::pays_in_euro", "KeyError", "'EUR'", (T, "test_pays"), ("shop/payments/rates.py", "rate_of")),
                way(
                    "t::refunds",
                    "KeyError",
                    "'EUR'",
                    ("tests/test_refund.py", "test_refunds"),
                    ("shop/payments/rates.py", "rate_of"),
                ),
            ],
            "chf": [
                way("t::pays_in_francs", "KeyError", "'CHF'", (T, "test_pays"), ("shop/payments/rates.py", "rate_of"))
            ],
            "eur in reports": [
                way(
                    "t::report",
                    "KeyError",
                    "'EUR'",
                    ("tests/test_report.py", "test_sum"),
                    ("shop/reports/table.py", "column"),
                )
            ],
        },
    ),
    (
        "plain comparisons",
        {
            "cart total": [
                way(
                    "t::cart",
                    "AssertionError",
                    "assert {price} == {price}",
                    ("tests/test_cart.py", "test_total"),
                    stack=short,
                )
            ],
            "stock": [
                way(
                    "t::stock", "AssertionError", "assert {n} == {n}", ("tests/test_stock.py", "test_left"), stack=short
                )
            ],
            "page size": [
                way(
                    "t::pages",
                    "AssertionError",
                    "assert {small} == {small}",
                    ("tests/test_pages.py", "test_size"),
                    stack=short,
                )
            ],
            "status 500": [
                way(
                    "t::status",
                    "AssertionError",
                    "assert 500 == 201\n +  where 500 = <Response [500]>.status_code",
                    ("tests/test_api.py", "test_creates"),
                    stack=short,
                )
            ],
            "status 404": [
                way(
                    "t::status2",
                    "AssertionError",
                    "assert 404 == 200\n +  where 404 = <Response [404]>.status_code",
                    ("tests/test_api.py", "test_reads"),
                    stack=short,
                )
            ],
        },
    ),
    (
        "answers quoted in assertions",
        {
            "rates": [
                way(
                    f"t::{name}",
                    "AssertionError",
                    'payments answered 500: {{"error": "KeyError: \'EUR\'", "request_id": "{uuid}"}}\nassert 500 == 201',
                    (f"tests/test_{name}.py", f"test_{name}"),
                    stack=short,
                )
                for name in ("pays", "refunds", "splits")
            ],
            "stock": [
                way(
                    f"t::{name}",
                    "AssertionError",
                    'POST /api/orders answered 409: {{"error": "out of stock", "request_id": "{uuid}"}}\nassert 409 == 201',
                    (f"tests/test_{name}.py", f"test_{name}"),
                    stack=short,
                )
                for name in ("orders", "reorders")
            ],
        },
    ),
    (
        "wrapped exceptions",
        {
            "bad config": [
                {
                    "test": f"t::{name}",
                    "error_class": "shop.errors.StartupError",
                    "message": "shop.errors.StartupError: service did not start",
                    "stack": 'Traceback (most recent call last):\n  File "shop/config.py", line {line}, in load\n    ...\nValueError: rates.currency is empty\n\nThe above exception was the direct cause of the following exception:\n\n'
                    + raised(
                        "shop.errors.StartupError",
                        "service did not start",
                        (f"tests/test_{name}.py", name),
                        ("shop/main.py", "start"),
                    ),
                }
                for name in ("starts", "reloads")
            ],
            "port taken": [
                {
                    "test": "t::port",
                    "error_class": "shop.errors.StartupError",
                    "message": "shop.errors.StartupError: service did not start",
                    "stack": 'Traceback (most recent call last):\n  File "shop/web.py", line {line}, in bind\n    ...\nOSError: [Errno 98] Address already in use\n\nThe above exception was the direct cause of the following exception:\n\n'
                    + raised(
                        "shop.errors.StartupError",
                        "service did not start",
                        ("tests/test_port.py", "port"),
                        ("shop/main.py", "start"),
                    ),
                }
            ],
        },
    ),
    (
        "none has no attribute",
        {
            "invoice": [
                way(
                    "t::invoice",
                    "AttributeError",
                    "'NoneType' object has no attribute 'total'",
                    (T, "test_invoice"),
                    ("shop/billing/invoice.py", "lines"),
                )
            ],
            "shipping": [
                way(
                    "t::shipping",
                    "AttributeError",
                    "'NoneType' object has no attribute 'total'",
                    ("tests/test_ship.py", "test_ship"),
                    ("shop/shipping/quote.py", "quote"),
                )
            ],
        },
    ),
    (
        "timeouts of waiting",
        {
            "order confirmed": [
                way(
                    f"t::{name}",
                    "TimeoutError",
                    "order {order} was not confirmed within {dur}",
                    (f"tests/test_{name}.py", f"test_{name}"),
                    ("tests/support/waiting.py", "until"),
                )
                for name in ("confirms", "mails")
            ],
            "export ready": [
                way(
                    "t::exports",
                    "TimeoutError",
                    "export {uuid} was not ready within {dur}",
                    ("tests/test_exports.py", "test_e"),
                    ("tests/support/waiting.py", "until"),
                )
            ],
        },
    ),
    (
        "fixtures",
        {
            "no fixture file": [
                way(
                    f"t::{name}",
                    "FileNotFoundError",
                    "[Errno 2] No such file or directory: '{tmp}/prices.json'",
                    ("tests/conftest.py", "prices"),
                )
                for name in ("a", "b")
            ],
            "no other file": [
                way(
                    "t::c",
                    "FileNotFoundError",
                    "[Errno 2] No such file or directory: '{tmp}/stock.json'",
                    ("tests/conftest.py", "stock"),
                )
            ],
            "disk full": [
                way(
                    "t::d",
                    "OSError",
                    "[Errno 28] No space left on device: '{tmp}/out.csv'",
                    ("tests/conftest.py", "out"),
                )
            ],
        },
    ),
    (
        "asyncio",
        {
            "closed loop": [
                way(
                    f"t::{name}",
                    "RuntimeError",
                    "Event loop is closed",
                    (f"tests/test_{name}.py", name),
                    ("shop/events/bus.py", "publish"),
                    ("/usr/lib/python3.11/asyncio/base_events.py", "_check_closed"),
                )
                for name in ("x", "y")
            ],
            "cancelled": [
                way(
                    "t::z",
                    "asyncio.exceptions.CancelledError",
                    "",
                    ("tests/test_z.py", "test_z"),
                    ("shop/events/pump.py", "run"),
                )
            ],
        },
    ),
)
