"""Jest, Vitest and axios."""

from tests.support.messages.browser import way

RUN = ("Object.asyncJestLifecycle", "/builds/shop/node_modules/jest-jasmine2/build/jasmineAsyncInstall.js")

FAMILIES = (
    (
        "jest equality",
        {
            "tax": [
                way(
                    "tax > adds",
                    "Error",
                    "expect(received).toBe(expected) // Object.is equality\n\nExpected: {n}\nReceived: {n}",
                    ("Object.<anonymous>", "/builds/shop/src/tax.test.js"),
                    RUN,
                )
            ],
            "cart": [
                way(
                    "cart > counts",
                    "Error",
                    "expect(received).toBe(expected) // Object.is equality\n\nExpected: {n}\nReceived: {n}",
                    ("Object.<anonymous>", "/builds/shop/src/cart.test.js"),
                    RUN,
                )
            ],
            "deep": [
                way(
                    "order > shape",
                    "Error",
                    '\x1b[2mexpect(\x1b[22m\x1b[31mreceived\x1b[39m\x1b[2m).\x1b[22mtoEqual(expected) // deep equality\n\n- Expected  - 1\n+ Received  + 1\n\n  Object {\n    "id": "{uuid}",\n-   "state": "paid",\n+   "state": "open",\n  }',
                    ("Object.<anonymous>", "/builds/shop/src/order.test.js"),
                    RUN,
                )
            ],
        },
    ),
    (
        "reading undefined",
        {
            "price in the product": [
                way(
                    f"cart > {name}",
                    "TypeError",
                    "Cannot read properties of undefined (reading 'amount')",
                    ("formatPrice", "/builds/shop/src/price.ts"),
                    ("render", f"/builds/shop/src/{name}.tsx"),
                    RUN,
                )
                for name in ("row", "sum")
            ],
            "user in the product": [
                way(
                    "me > shows",
                    "TypeError",
                    "Cannot read properties of undefined (reading 'amount')",
                    ("balanceOf", "/builds/shop/src/account.ts"),
                    RUN,
                )
            ],
            "other field": [
                way(
                    "cart > tax",
                    "TypeError",
                    "Cannot read properties of undefined (reading 'rate')",
                    ("formatPrice", "/builds/shop/src/price.ts"),
                    RUN,
                )
            ],
        },
    ),
    (
        "node sockets",
        {
            "=orders away": [
                way(
                    f"api > {name}",
                    "Error",
                    f"connect ECONNREFUSED {{ip}}:8080\nGET http://orders:8080/{name}",
                    ("TCPConnectWrap.afterConnect [as oncomplete]", "node:net"),
                    ("Object.<anonymous>", f"/builds/shop/api/{name}.test.ts"),
                )
                for name in ("lists", "reads")
            ],
            "redis away": [
                way(
                    "cache > sets",
                    "Error",
                    "connect ECONNREFUSED 127.0.0.1:6379",
                    ("TCPConnectWrap.afterConnect [as oncomplete]", "node:net"),
                )
            ],
            "=postgres away": [
                way(
                    "db > sets",
                    "Error",
                    "connect ECONNREFUSED 127.0.0.1:5432",
                    ("TCPConnectWrap.afterConnect [as oncomplete]", "node:net"),
                )
            ],
            "no address": [
                way(
                    "mail > sends",
                    "Error",
                    "getaddrinfo ENOTFOUND mailhog",
                    ("GetAddrInfoReqWrap.onlookup [as oncomplete]", "node:dns"),
                )
            ],
        },
    ),
    (
        "jest timeouts",
        {
            "hooks": [
                way(
                    "a > b",
                    "Error",
                    'thrown: "Exceeded timeout of {ms} ms for a hook.\nAdd a timeout value to this test to increase the timeout, if this is a long-running test."',
                    ("Object.beforeAll", "/builds/shop/api/setup.test.ts"),
                )
            ],
            "test": [
                way(
                    "c > d",
                    "Error",
                    'thrown: "Exceeded timeout of {ms} ms for a test.\nAdd a timeout value to this test to increase the timeout, if this is a long-running test."',
                    ("Object.test", "/builds/shop/api/slow.test.ts"),
                )
            ],
        },
    ),
    (
        "axios",
        {
            "payments 500": [
                way(
                    f"api pays {name}",
                    "AxiosError",
                    "Request failed with status code 500\nPOST https://payments.int.example.com/charges?key={hex}",
                    ("settle", "/builds/shop/node_modules/axios/lib/core/settle.js"),
                    ("charge", "/builds/shop/test/api/client.ts"),
                    ("Object.<anonymous>", f"/builds/shop/test/api/{name}.test.ts"),
                )
                for name in ("card", "debit")
            ],
            "payments 401": [
                way(
                    "api auth",
                    "AxiosError",
                    "Request failed with status code 401\nPOST https://payments.int.example.com/charges?key={hex}",
                    ("settle", "/builds/shop/node_modules/axios/lib/core/settle.js"),
                    ("charge", "/builds/shop/test/api/client.ts"),
                )
            ],
        },
    ),
)
