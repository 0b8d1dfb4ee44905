"""Causes that are easily taken for one."""

from tests.support.messages.told import JUNIT_3, java, said, seeded

DIFFERENT_CAUSES = {
    "the same numbers in different tests": [
        said(
            "junit.framework.ComparisonFailure: expected:<[1]> but was:<[2]>",
            test=f"org.clock.{test}::testAdd",
            stack=java(JUNIT_3, "junit.framework.TestCase.assertEquals:269", f"org.clock.{test}.testAdd:227"),
        )
        for test in ("TestYears", "TestZones")
    ],
    "the seed is no place": [
        said(
            "Expected: <3>\n     but: was <0>", test=f"org.shards.index.{each}::testCounts", stack=seeded("9A:2", each)
        )
        for each in ("FlushIT", "MergeIT")
    ],
    "nothing said, and thrown in different places": [
        said(
            "java.lang.NullPointerException",
            test=f"org.apache.commons.text.{each}Test::works",
            stack=java(f"org.apache.commons.text.{each}.run:12", f"org.apache.commons.text.{each}Test.works:9"),
        )
        for each in ("Wrap", "Trim")
    ],
    "the innermost cause differs": [
        said(
            "Failed to load ApplicationContext",
            error="java.lang.IllegalStateException",
            test="shop.CartTest::starts",
            stack=java("shop.CartTest.starts:5", above="java.lang.IllegalStateException: Failed to load")
            + f"\nCaused by: {each}\n\tat shop.Books.open(Books.java:8)",
        )
        for each in (
            'org.postgresql.util.PSQLException: FATAL: role "shop" does not exist',
            'org.postgresql.util.PSQLException: FATAL: database "shop" does not exist',
        )
    ],
    "pods that fail otherwise": [
        said(f'pod "cart-7d9f8b6c5d-x2x4z" on node kind-worker2 (10.0.1.2) never became ready: {each} after 300s')
        for each in ("ImagePullBackOff", "CrashLoopBackOff", "OOMKilled")
    ],
    "other pods": [
        said(f'pod "{each}-7d9f8b6c5d-x2x4z" on node kind-worker2 never became ready: ImagePullBackOff')
        for each in ("cart", "ledger")
    ],
    "another key": [
        said(f"KeyError: '{each}'", stack="/ci/shop/rates.py:4: in rate_of\nE   KeyError") for each in ("EUR", "USD")
    ],
    "another status": [
        said(f'POST /charges was answered {each}: {{"error": "it went wrong"}}', error="AssertionError")
        for each in (500, 503, 404)
    ],
    "another address": [
        said(f"{each} was answered 500: Internal Server Error", error="AssertionError")
        for each in ("POST /charges", "POST /refunds", "GET /charges")
    ],
    "another error in the answer": [
        said(f'POST /purchases was answered 502: {{"error": "{each}"}}', error="AssertionError")
        for each in ("payments answered 500 to POST /charges", "inventory answered 404 to POST /reservations")
    ],
    "another exit code": [said(f"Command failed with exit code {each}: npm run build") for each in (1, 137)],
    "another locator": [
        said(f"TimeoutError: locator.click: Timeout 30000ms exceeded.\nCall log:\n  - waiting for {each}\n", test="t")
        for each in ("getByRole('button', { name: 'Pay' })", "getByRole('button', { name: 'Cancel' })")
    ],
    "another field": [
        said(f"expected body.{each} to equal 5 but got 7", error="AssertionError", test=f"t {each}")
        for each in ("total", "count")
    ],
    "another table": [
        said(f'psycopg.errors.UndefinedTable: relation "{each}" does not exist') for each in ("charge", "refund")
    ],
    "a nil in another function": [
        said(
            "panic: runtime error: invalid memory address or nil pointer dereference",
            stack=f"goroutine 7 [running]:\npanic(0x1, 0x1)\n\t/usr/local/go/src/runtime/panic.go:884 +0x1\n"
            f"shop/cart.(*Cart).{each}(0x1)\n\t/builds/shop/cart/cart.go:8 +0x1",
        )
        for each in ("Total", "Tax")
    ],
    "under GOPATH in another file": [
        said("assertion failed", stack=f"\t/go/src/shop.dev/shop/pkg/{each}.go:8 +0x1") for each in ("pods", "nodes")
    ],
    "refused by another service": [said(f"connect ECONNREFUSED {each}:8080") for each in ("payments", "orders")],
    "tests that time out alike": [
        said(f"TEST-UNEXPECTED-FAIL | shop/test/{each} | Test timed out -")
        for each in ("browser_cart.js", "browser_tax.js")
    ],
    "ports that nobody serves": [
        said(f"dial tcp 127.0.0.1:{each}: connect: connection refused", test="t") for each in (5432, 6379)
    ],
    "suppressed alike": [
        said(
            "closing failed",
            error="shop.Trouble",
            stack=f"shop.Trouble: {each}\n\tat shop.Rates.of(Rates.java:9)\n\tSuppressed: java.io.IOException: closing"
            f"\n\t\tat shop.Pool.close(Pool.java:4)\nCaused by: shop.NoRate: no rate for {each}\n\tat shop.Rates.of(Rates.java:9)",
        )
        for each in ("EUR", "USD")
    ],
    "other members of a group": [
        said(
            "ExceptionGroup: unhandled errors in a TaskGroup (1 sub-exception)",
            stack='  + Exception Group Traceback (most recent call last):\n  |   File "/ci/tests/test_cart.py", line 3, in test_a\n'
            "  | ExceptionGroup: unhandled errors in a TaskGroup (1 sub-exception)\n  +-+---------------- 1 ----------------\n"
            f"    | Traceback (most recent call last):\n    |   File \"/ci/shop/{each}.py\", line 9, in run\n    | KeyError: 'EUR'\n",
        )
        for each in ("rates", "taxes")
    ],
    "an assertion of Rust in another test": [
        said(
            f"thread '{each}' panicked at src/{each}.rs:12:5:\nassertion `left == right` failed\n  left: 1\n right: 2",
            test=each,
        )
        for each in ("cart", "tax")
    ],
    "answers that differ in one value": [
        said(f'POST /charges was answered 422: {{"code": "{each}", "field": "card"}}', error="AssertionError")
        for each in ("EXPIRED", "DECLINED")
    ],
    "another feature that is missing": [
        said(
            f"TypeError: Cannot read properties of undefined (reading '{each}')",
            stack="    at price (/ci/src/price.ts:5:3)",
        )
        for each in ("total", "tax")
    ],
    "arrays in other tests": [
        said(
            "Failed asserting that two arrays are identical.\n--- Expected\n+++ Actual\n@@ @@\n Array (\n-    0 => 'a'\n+    0 => 'b'\n )",
            test=f"{each}Test::sorts",
            stack=f"/app/tests/{each}Test.php:6",
        )
        for each in ("Cart", "Tax")
    ],
    "tests of one file whose code has no name": [
        said(
            "Error: expect(received).toBe(expected) // Object.is equality\n\nExpected: 5\nReceived: 7",
            test=f"cart.spec.ts > {each}",
            stack="Error: expect(received).toBe(expected)\n    at Object.<anonymous> (/ci/test/cart.spec.ts:4:9)",
        )
        for each in ("adds", "removes")
    ],
    "tests of one file of Go": [
        said(
            "Failed",
            test=each,
            stack=f"=== RUN   {each}\n    cart_test.go:12: expected 5, got 7\n--- FAIL: {each} (0.00s)",
        )
        for each in ("TestAdd", "TestRemove")
    ],
    "nothing but a report": [
        said(
            "",
            test=f"t::{each}",
            stack=f"tests/t.py:5: in test_{each}\n    pay()\nshop/rates.py:9: in rate_of\nE   KeyError: '{each}'",
        )
        for each in ("EUR", "USD")
    ],
}
