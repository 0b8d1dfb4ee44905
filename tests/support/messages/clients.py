"""requests, SQLAlchemy and pydantic under pytest."""

from tests.support.messages.python import T, way

LIB = "/venv/lib/python3.11/site-packages"

FAMILIES = (
    (
        "requests errors",
        {
            "=payments away": [
                way(
                    f"t::{name}",
                    "requests.exceptions.ConnectionError",
                    f"HTTPConnectionPool(host='payments', port=8080): Max retries exceeded with url: /{name}/{{n}} (Caused by NewConnectionError('<urllib3.connection.HTTPConnection object at {{addr}}>: Failed to establish a new connection: [Errno 111] Connection refused'))",
                    (f"tests/test_{name}.py", f"test_{name}"),
                    ("tests/support/client.py", "post"),
                    (f"{LIB}/requests/adapters.py", "send"),
                )
                for name in ("charges", "refunds", "methods")
            ],
            "catalog refuses": [
                way(
                    "t::list",
                    "requests.exceptions.ConnectionError",
                    "HTTPConnectionPool(host='catalog', port=8080): Max retries exceeded with url: /products (Caused by NewConnectionError('<urllib3.connection.HTTPConnection object at {addr}>: Failed to establish a new connection: [Errno 111] Connection refused'))",
                    ("tests/test_list.py", "test_list"),
                    ("tests/support/client.py", "get"),
                    (f"{LIB}/requests/adapters.py", "send"),
                )
            ],
            "slow search": [
                way(
                    "t::search",
                    "requests.exceptions.ReadTimeout",
                    "HTTPConnectionPool(host='search', port=8080): Read timed out. (read timeout={small})",
                    ("tests/test_search.py", "test_finds"),
                    ("tests/support/client.py", "get"),
                    (f"{LIB}/requests/adapters.py", "send"),
                )
            ],
        },
    ),
    (
        "http errors of a client",
        {
            "orders 503": [
                way(
                    f"t::{name}",
                    "requests.exceptions.HTTPError",
                    "503 Server Error: Service Unavailable for url: http://gateway:8000/orders/{n}?trace={hex}",
                    (f"tests/test_{name}.py", f"test_{name}"),
                    ("tests/support/client.py", "get"),
                    (f"{LIB}/requests/models.py", "raise_for_status"),
                )
                for name in ("reads_order", "lists_lines")
            ],
            "orders 404": [
                way(
                    "t::late",
                    "requests.exceptions.HTTPError",
                    "404 Client Error: Not Found for url: http://gateway:8000/orders/{n}?trace={hex}",
                    ("tests/test_late.py", "test_late"),
                    ("tests/support/client.py", "get"),
                    (f"{LIB}/requests/models.py", "raise_for_status"),
                )
            ],
            "carts 503": [
                way(
                    "t::cart",
                    "requests.exceptions.HTTPError",
                    "503 Server Error: Service Unavailable for url: http://gateway:8000/carts/{uuid}",
                    ("tests/test_cart.py", "test_cart"),
                    ("tests/support/client.py", "get"),
                    (f"{LIB}/requests/models.py", "raise_for_status"),
                )
            ],
        },
    ),
    (
        "database messages",
        {
            "no column": [
                way(
                    f"t::{name}",
                    "sqlalchemy.exc.ProgrammingError",
                    "(psycopg.errors.UndefinedColumn) column orders.tax_rate does not exist\nLINE 1: SELECT orders.id, orders.tax_rate FROM orders WHERE orders.id = {n}",
                    (f"tests/test_{name}.py", f"test_{name}"),
                    ("shop/orders/store.py", "load"),
                    (f"{LIB}/sqlalchemy/engine/default.py", "do_execute"),
                )
                for name in ("loads", "ships")
            ],
            "no table": [
                way(
                    "t::vouchers",
                    "sqlalchemy.exc.ProgrammingError",
                    '(psycopg.errors.UndefinedTable) relation "vouchers" does not exist\nLINE 1: SELECT 1',
                    ("tests/test_vouchers.py", "test_v"),
                    ("shop/vouchers/store.py", "load"),
                    (f"{LIB}/sqlalchemy/engine/default.py", "do_execute"),
                )
            ],
            "deadlock": [
                way(
                    "t::stock",
                    "sqlalchemy.exc.OperationalError",
                    "(psycopg.errors.DeadlockDetected) deadlock detected\nDETAIL:  Process {n} waits for ShareLock on transaction {n}; blocked by process {n}.",
                    ("tests/test_stock.py", "test_s"),
                    ("shop/stock/store.py", "reserve"),
                    (f"{LIB}/sqlalchemy/engine/default.py", "do_execute"),
                )
            ],
            "duplicate": [
                way(
                    "t::signup",
                    "sqlalchemy.exc.IntegrityError",
                    '(psycopg.errors.UniqueViolation) duplicate key value violates unique constraint "users_email_key"\nDETAIL:  Key (email)=({mail}) already exists.',
                    ("tests/test_signup.py", "test_u"),
                    ("shop/users/store.py", "add"),
                    (f"{LIB}/sqlalchemy/engine/default.py", "do_execute"),
                )
            ],
        },
    ),
    (
        "validation",
        {
            "currency": [
                way(
                    "t::v1",
                    "pydantic_core.ValidationError",
                    "1 validation error for Charge\ncurrency\n  Field required [type=missing, input_value={{'amount': {n}}}, input_type=dict]",
                    (T, "test_v1"),
                    ("shop/payments/api.py", "charge"),
                )
            ],
            "amount": [
                way(
                    "t::v2",
                    "pydantic_core.ValidationError",
                    "1 validation error for Charge\namount\n  Input should be greater than 0 [type=greater_than, input_value=-{n}, input_type=int]",
                    (T, "test_v2"),
                    ("shop/payments/api.py", "charge"),
                )
            ],
        },
    ),
)
