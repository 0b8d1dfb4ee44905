"""One cause in words that differ from run to run, machine to machine and version to version."""

from tests.support.messages.told import java, said, seeded

ONE_CAUSE = {
    "the seed of a run that shuffles": [
        said(
            "Expected: <3>\n     but: was <0>",
            test="org.shards.index.FlushIT::testCounts",
            stack=seeded(each, "FlushIT"),
        )
        for each in ("9A7AF184FEA205C6:44B4F7CF3DDD1CC1", "DDBE7ADDD8F01971:22")
    ],
    "a library that tests itself": [
        said(
            "java.lang.UnsupportedOperationException",
            test=f"org.mockito.internal.{test}::works",
            stack=java("org.mockito.internal.Matcher.capture:124", f"org.mockito.internal.{test}.works:{line}"),
        )
        for test, line in (("MatcherTest", 169), ("FieldTest", 162))
    ],
    "what was suppressed is not the cause": [
        said(
            "no rate for EUR",
            error="shop.NoRate",
            stack="shop.NoRate: no rate for EUR\n\tat shop.Rates.of(Rates.java:9)\n"
            f"\tSuppressed: java.io.IOException: closing {name}\n\t\tat shop.Pool.close(Pool.java:{line})\n"
            f"\tCaused by: java.net.SocketException: reset of {name}\n\t\tat shop.Wire.end(Wire.java:3)\n\t\t... 3 more",
        )
        for name, line in (("the ledger", 4), ("a mailbox", 77))
    ],
    "causes within causes": [
        said(
            f"Failed to load {name}",
            test=f"shop.{name}::starts",
            error="java.lang.IllegalStateException",
            stack=java(
                f"shop.{name}.starts:5",
                above=f"java.lang.IllegalStateException: Failed to load {name}",
            )
            + f"\nCaused by: shop.Wiring: no bean for {name}\n\tat shop.Wiring.make(Wiring.java:{line})"
            + '\nCaused by: org.postgresql.util.PSQLException: FATAL: role "shop" does not exist\n\tat shop.Books.open(Books.java:8)',
        )
        for name, line in (("CartTest", 4), ("RefundTest", 60))
    ],
    "a lambda by another number": [
        said(
            "no rate for EUR", error="shop.NoRate", stack=java(f"shop.Rates.lambda$of${n}:{n}", "shop.CartTest.pays:4")
        )
        for n in (3, 17)
    ],
    "colours of a terminal": [
        said(
            "\x1b[31mTypeError: Cannot read properties of undefined (reading 'total')\x1b[39m",
            stack=f"\x1b[2m    at price (\x1b[22m/ci/{n}/src/price.ts:{n}:3)\x1b[0m\n    at /ci/{n}/test/cart.spec.ts:8:1",
            test=f"cart {n}",
        )
        for n in (4, 31)
    ]
    + [
        said(
            "TypeError: Cannot read properties of undefined (reading 'total')",
            stack="    at price (/ci/5/src/price.ts:5:3)\n    at /ci/5/test/cart.spec.ts:8:1",
            test="cart 5",
        )
    ],
    "compiled to another async": [
        said("Error: no rate for EUR", stack=f"Error: no rate for EUR\n{above}    at Rates.of (/ci/dist/rates.js:4:9)")
        for above in (
            "",
            "    at fulfilled (/ci/dist/rates.js:5:58)\n    at Generator.next (<anonymous>)\n",
            "    at __awaiter (/ci/dist/rates.js:7:12)\n    at new Promise (<anonymous>)\n",
        )
    ],
    "keys of an answer in another order": [
        said(f"POST /charges was answered 500: {body}", error="AssertionError", test=f"t{n}")
        for n, body in enumerate(
            (
                '{"error": "no rate for EUR", "request": "7d1c8e22-1f0b-4f5e-9c1e-0a8d3f2b6c11", "amount": 1450}',
                '{"amount": 790, "error": "no rate for EUR", "request": "b3f6d0a9-5a7e-4c41-8e0d-2f9b7c6a1d55"}',
                '{\n  "request": "0c2e4f6a-1b3d-4e5f-8a7b-9c0d1e2f3a4b",\n  "amount": 5900,\n  "error": "no rate for EUR"\n}',
            )
        )
    ],
    "entries of a map in another order": [
        said(f"unexpected headers {each} in the answer of the gateway", error="ProtocolError")
        for each in ("{trace=a, host=b, zone=c}", "{zone=c, trace=a, host=b}", "{host=b, zone=c, trace=a}")
    ],
    "waits of other lengths": [
        said(f"Timed out after {each} waiting for the basket to be shown", error="TimeoutError", test=each)
        for each in ("5000ms", "30000ms", "1m30.5s", "12 seconds")
    ],
    "five pods": [
        said(
            f'pod "cart-{pod}" on node {node} ({ip}) never became ready: ImagePullBackOff (uid {uid}) after {wait}',
            test=f"deploys {n}",
        )
        for n, (pod, node, ip, uid, wait) in enumerate(
            (
                (
                    "7d9f8b6c5d-x2x4z",
                    "gke-main-pool-1a2b3c4d-w0fq",
                    "10.0.1.2",
                    "7d1c8e22-1f0b-4f5e-9c1e-0a8d3f2b6c11",
                    "300s",
                ),
                (
                    "5c8d9f7b6-qq7lp",
                    "ip-10-0-3-17.ec2.internal",
                    "10.0.3.17",
                    "b3f6d0a9-5a7e-4c41-8e0d-2f9b7c6a1d55",
                    "5m0.012s",
                ),
                (
                    "6f4b9c8d7-zz9kt",
                    "aks-nodepool1-28594617-vmss000002",
                    "172.16.3.4",
                    "0c2e4f6a-1b3d-4e5f-8a7b-9c0d1e2f3a4b",
                    "300.5s",
                ),
                ("7d9f8b6c5d-bb2mv", "kind-worker2", "10.244.0.17", "11f6d0a9-5a7e-4c41-8e0d-2f9b7c6a1d55", "301s"),
                (
                    "84c6d5f7b9-h4n8r",
                    "e2e-test-minion-group-fi29",
                    "192.168.1.1",
                    "9a2e4f6a-1b3d-4e5f-8a7b-9c0d1e2f3a4b",
                    "10m",
                ),
            )
        )
    ],
    "a checkout under GOPATH": [
        said(
            f'pod never became ready\nExpected error:\n    <*errors.errorString | 0xc2080{n}>: {{ s: "timed out waiting for the condition" }}',
            stack=f"shop.dev/shop/pkg/pods.(*Client).Wait(0xc00{n})\n\t/go/src/shop.dev/shop/pkg/pods/wait.go:{n} +0x1\n"
            f"testing.tRunner()\n\t/usr/local/go/src/testing/testing.go:1 +0x1",
            test=f"TestPods/{n}",
        )
        for n in (72, 118)
    ],
    "a panic on another address": [
        said(
            "panic: runtime error: invalid memory address or nil pointer dereference",
            test=f"TestCart{n}",
            stack=f"goroutine {n} [running]:\npanic(0x{n}, 0x1)\n\t/usr/local/go/src/runtime/panic.go:884 +0x{n}\n"
            f"shop/cart.(*Cart).Total(0x{n})\n\t/builds/shop/cart/cart.go:{n} +0x{n}\n"
            f"shop/cart.TestCart{n}.func1(0x1)\n\t/builds/shop/cart/cart_test.go:{n} +0x1",
        )
        for n in (17, 33)
    ],
    "Python under another root and line": [
        said(
            "KeyError: 'EUR'",
            test=f"tests/test_cart.py::test_pays[{n}]",
            stack=f"tests/test_cart.py:{n}: in test_pays\n    pay()\n/builds/{n}/shop/rates.py:{n + 4}: in rate_of\nE   KeyError: 'EUR'",
        )
        for n in (8, 90)
    ],
    "an exception while another was handled": [
        said(
            f"RuntimeError: could not pay order {n}",
            test=f"tests/test_cart.py::test_{n}",
            stack=f"Traceback (most recent call last):\n  File \"/ci/shop/rates.py\", line {n}, in rate_of\nKeyError: 'EUR'\n\n"
            "During handling of the above exception, another exception occurred:\n\nTraceback (most recent call last):\n"
            f'  File "/ci/shop/desk.py", line {n}, in pay_{n}\nRuntimeError: could not pay order {n}',
        )
        for n in (12, 480)
    ],
    ".NET's state machines": [
        said(
            "System.Collections.Generic.KeyNotFoundException : The given key 'EUR' was not present in the dictionary.",
            test=f"Shop.Tests.Cart.Pays{n}",
            stack=f"   at Shop.Rates.{each} in {root}Shop{slash}Rates.cs:line {n}\n"
            "--- End of stack trace from previous location ---\n   at Shop.Tests.Cart.Pays()",
        )
        for n, (each, root, slash) in enumerate(
            (("<Of>d__5.MoveNext()", "/_/src/", "/"), ("<Of>d__11.MoveNext()", "D:\\a\\shop\\", "\\"))
        )
    ],
    "Ruby of two versions": [
        said("undefined method `total' for nil:NilClass", error="NoMethodError", test=f"cart {n}", stack=stack)
        for n, stack in enumerate(
            (
                "     # ./app/cart.rb:9:in `total'\n     # ./spec/cart_spec.rb:4:in `block (2 levels) in <top (required)>'",
                "     # ./app/cart.rb:31:in `total'\n     # ./spec/refund_spec.rb:8:in `block (3 levels) in <top (required)>'",
            )
        )
    ],
    "PHP under another root": [
        said(
            'Undefined array key "EUR"',
            error="ErrorException",
            test=f"CartTest::pays{n}",
            stack=f"{root}/src/Rates.php:{n}\n{root}/tests/CartTest.php:{n}",
        )
        for n, root in ((9, "/builds/shop"), (44, "/app"))
    ],
    "a proxy between": [
        said(
            f"expected 200 got 502: <html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1>"
            f"</center><hr><center>nginx/1.2{n}.1</center></body></html> GET /products/{n}",
            test=f"t{n}",
            error="AssertionError",
        )
        for n in (5, 7)
    ],
}
