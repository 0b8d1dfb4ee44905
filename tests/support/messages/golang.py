"""Go's testing, testify, panics and gRPC."""


def go(test, message, file, *, stack=""):
    return {"test": test, "error_class": "", "message": f"    {file}:{{line}}: {message}", "stack": stack}


def testify(test, error, file):
    message = f"\n\tError Trace:\t/builds/shop/{file}:{{line}}\n\tError:      \t{error}\n\tTest:       \t{test}\n"
    return {"test": test, "error_class": "", "message": message, "stack": ""}


def panic(test, message, call, file):
    stack = f"panic: {message} [recovered]\n\npanic: {message}\n\ngoroutine {{n}} [running]:\ntesting.tRunner.func1.2({{addr}}, {{addr}})\n\t/usr/local/go/src/testing/testing.go:1545 +0x238\n{call}({{addr}})\n\t/builds/shop/{file}:{{line}} +0x1d\n"
    return {"test": test, "error_class": "", "message": f"panic: {message}", "stack": stack}


FAMILIES = (
    (
        "go comparisons",
        {
            "status": [go("TestCreate", "got status 500, want 201", "create_test.go")],
            "status elsewhere": [go("TestDelete", "got status 500, want 204", "delete_test.go")],
            "count": [go("TestList", "got {n} items, want {n}", "list_test.go")],
            "count elsewhere": [go("TestPage", "got {n} items, want {n}", "page_test.go")],
        },
    ),
    (
        "testify",
        {
            "equal": [
                testify(
                    "TestSum",
                    "Not equal: \n\t            \texpected: {n}\n\t            \tactual  : {n}",
                    "sum_test.go",
                )
            ],
            "equal elsewhere": [
                testify(
                    "TestTax",
                    "Not equal: \n\t            \texpected: {n}\n\t            \tactual  : {n}",
                    "tax_test.go",
                )
            ],
            "no error wanted": [
                testify(
                    f"TestSave{name}",
                    'Received unexpected error:\n\t            \tpq: relation "carts" does not exist',
                    f"save_{name}_test.go",
                )
                for name in ("a", "b")
            ],
            "other error": [
                testify(
                    "TestSaveOther",
                    'Received unexpected error:\n\t            \tpq: password authentication failed for user "shop"',
                    "other_test.go",
                )
            ],
        },
    ),
    (
        "go panics",
        {
            "nil in pricing": [
                panic(
                    f"TestPrice{name}",
                    "runtime error: invalid memory address or nil pointer dereference",
                    "shop/pricing.(*Book).Rate",
                    "pricing/book.go",
                )
                for name in ("A", "B")
            ],
            "nil in stock": [
                panic(
                    "TestStock",
                    "runtime error: invalid memory address or nil pointer dereference",
                    "shop/stock.(*Store).Take",
                    "stock/store.go",
                )
            ],
            "range": [
                panic(
                    "TestPage",
                    "runtime error: index out of range [{small}] with length {small}",
                    "shop/pages.Cut",
                    "pages/cut.go",
                )
            ],
        },
    ),
    (
        "go dials",
        {
            "=orders away": [
                go(
                    f"Test{name}",
                    f'Get "http://orders:8080/{name.lower()}/{{n}}": dial tcp {{ip}}:8080: connect: connection refused',
                    f"{name.lower()}_test.go",
                )
                for name in ("Read", "Write")
            ],
            "lookup": [
                go(
                    "TestLookup",
                    'Get "http://prices/v1": dial tcp: lookup prices on {ip}:53: no such host',
                    "lookup_test.go",
                )
            ],
            "deadline": [
                go("TestSlow", "rpc error: code = DeadlineExceeded desc = context deadline exceeded", "slow_test.go")
            ],
            "unavailable": [
                go(
                    "TestAway",
                    "rpc error: code = PermissionDenied desc = caller {uuid} may not read ledgers",
                    "away_test.go",
                )
            ],
        },
    ),
)
