"""Playwright, Cypress, Selenium."""


def js(*frames):
    return "".join(
        f"\n    at {name} ({file}:{{line}}:{{small}})" if name else f"\n    at {file}:{{line}}:{{small}}"
        for name, file in frames
    )


def way(test, error, message, *frames):
    return {"test": test, "error_class": error, "message": message, "stack": f"{message}{js(*frames)}"}


def pw(test, message, spec):
    frame = f"\n\n   at {spec}:{{line}}\n\n  {{small}} |   await page.goto('/');\n> {{line}} |   await something;\n     |   ^\n"
    return {
        "test": test,
        "error_class": "Error",
        "message": message,
        "stack": f"{message}{frame}\n    at /builds/shop/{spec}:{{line}}:{{small}}",
    }


FAMILIES = (
    (
        "playwright clicks",
        {
            "pay button": [
                pw(
                    f"checkout > {name}",
                    "TimeoutError: locator.click: Timeout {ms}ms exceeded.\nCall log:\n  - waiting for getByRole('button', {{ name: 'Pay now' }})\n",
                    f"e2e/{name}.spec.ts",
                )
                for name in ("card", "voucher", "guest")
            ],
            "menu": [
                pw(
                    "menu > opens",
                    "TimeoutError: locator.click: Timeout {ms}ms exceeded.\nCall log:\n  - waiting for getByTestId('menu-toggle')\n    - locator resolved to <button data-testid=\"menu-toggle\">…</button>\n  - attempting click action\n    - element is not stable",
                    "e2e/menu.spec.ts",
                )
            ],
            "search field": [
                pw(
                    "search > finds",
                    "TimeoutError: locator.fill: Timeout {ms}ms exceeded.\nCall log:\n  - waiting for locator('#search')\n",
                    "e2e/search.spec.ts",
                )
            ],
        },
    ),
    (
        "playwright expects",
        {
            "total": [
                pw(
                    "cart > total",
                    'Error: expect(locator).toHaveText(expected) failed\n\nLocator:  getByTestId(\'total\')\nExpected: "{price} EUR"\nReceived: "NaN EUR"\nTimeout:  {ms}ms\n\nCall log:\n  - Expect "toHaveText" with timeout {ms}ms\n  - waiting for getByTestId(\'total\')\n',
                    "e2e/cart.spec.ts",
                )
            ],
            "badge": [
                pw(
                    "cart > badge",
                    'Error: expect(locator).toHaveText(expected) failed\n\nLocator:  getByTestId(\'badge\')\nExpected: "{small}"\nReceived: "0"\nTimeout:  {ms}ms\n\nCall log:\n  - Expect "toHaveText" with timeout {ms}ms\n  - waiting for getByTestId(\'badge\')\n',
                    "e2e/cart.spec.ts",
                )
            ],
            "heading": [
                pw(
                    f"home > {name}",
                    "Error: \x1b[31mTimed out {ms}ms waiting for \x1b[39m\x1b[2mexpect(\x1b[22m\x1b[31mlocator\x1b[39m\x1b[2m).\x1b[22mtoBeVisible\x1b[2m()\x1b[22m\n\nLocator: getByRole('heading', {{ name: 'Welcome back' }})\nExpected: visible\nReceived: <element(s) not found>\nCall log:\n  - expect.toBeVisible with timeout {ms}ms\n  - waiting for getByRole('heading', {{ name: 'Welcome back' }})\n",
                    f"e2e/{name}.spec.ts",
                )
                for name in ("login", "sso")
            ],
        },
    ),
    (
        "playwright pages",
        {
            "web down": [
                pw(
                    f"any > {name}",
                    f'Error: page.goto: net::ERR_CONNECTION_REFUSED at http://localhost:3000/{name}\nCall log:\n  - navigating to "http://localhost:3000/{name}", waiting until "load"\n',
                    f"e2e/{name}.spec.ts",
                )
                for name in ("shop", "cart")
            ],
            "browser gone": [
                pw(
                    f"gone > {name}",
                    "Error: page.click: Target page, context or browser has been closed",
                    f"e2e/{name}.spec.ts",
                )
                for name in ("g1", "g2")
            ],
            "whole test": [pw("slow > one", "Test timeout of {ms}ms exceeded.", "e2e/one.spec.ts")],
            "other whole test": [pw("slow > two", "Test timeout of {ms}ms exceeded.", "e2e/two.spec.ts")],
        },
    ),
    (
        "cypress",
        {
            "no element": [
                way(
                    f"cy {name}",
                    "AssertionError",
                    "Timed out retrying after {ms}ms: Expected to find element: `[data-cy=checkout]`, but never found it.",
                    ("Context.eval", f"webpack://shop/./cypress/e2e/{name}.cy.ts"),
                )
                for name in ("buys", "buys-again")
            ],
            "other element": [
                way(
                    "cy logs in",
                    "AssertionError",
                    "Timed out retrying after {ms}ms: Expected to find element: `[data-cy=login]`, but never found it.",
                    ("Context.eval", "webpack://shop/./cypress/e2e/login.cy.ts"),
                )
            ],
            "request": [
                way(
                    "cy seeds",
                    "CypressError",
                    "`cy.request()` failed on:\n\nhttp://localhost:3000/api/seed\n\nThe response we received from your web server was:\n\n  > 500: Internal Server Error\n\nThis was considered a failure because the status code was not `2xx` or `3xx`.",
                    ("Context.eval", "webpack://shop/./cypress/e2e/seed.cy.ts"),
                )
            ],
            "app error": [
                way(
                    "cy app",
                    "ReferenceError",
                    "The following error originated from your application code, not from Cypress.\n\n  > gtag is not defined\n\nWhen Cypress detects uncaught errors originating from your application it will automatically fail the current test.",
                    ("track", "http://localhost:3000/assets/app.{jhash}.js"),
                )
            ],
            "text": [
                way(
                    "cy text",
                    "AssertionError",
                    "Timed out retrying after {ms}ms: expected '<span.total>' to have text '{price}', but the text was '0.00'",
                    ("Context.eval", "webpack://shop/./cypress/e2e/total.cy.ts"),
                )
            ],
        },
    ),
    (
        "selenium",
        {
            "stale": [
                way(
                    "sel a",
                    "StaleElementReferenceError",
                    "stale element reference: stale element not found\n  (Session info: chrome=131.0.{n}.{small})",
                    ("Object.throwDecodedError", "/builds/shop/node_modules/selenium-webdriver/lib/error.js"),
                    ("CartPage.rows", "/builds/shop/test/pages/cart.js"),
                )
            ],
            "missing": [
                way(
                    "sel b",
                    "NoSuchElementError",
                    'no such element: Unable to locate element: {"method":"css selector","selector":"#pay"}\n  (Session info: chrome=131.0.{n}.{small})',
                    ("Object.throwDecodedError", "/builds/shop/node_modules/selenium-webdriver/lib/error.js"),
                    ("PayPage.pay", "/builds/shop/test/pages/pay.js"),
                )
            ],
            "missing other": [
                way(
                    "sel c",
                    "NoSuchElementError",
                    'no such element: Unable to locate element: {"method":"css selector","selector":"#terms"}\n  (Session info: chrome=131.0.{n}.{small})',
                    ("Object.throwDecodedError", "/builds/shop/node_modules/selenium-webdriver/lib/error.js"),
                    ("PayPage.accept", "/builds/shop/test/pages/pay.js"),
                )
            ],
        },
    ),
)
