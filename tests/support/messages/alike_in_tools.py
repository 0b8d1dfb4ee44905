"""One cause in the words of runners and tools, which add their own."""

from tests.support.messages.told import java, said

ONE_CAUSE_IN_TOOLS = {
    "times that a runner writes before each line": [
        said(
            f"{clock}java.lang.AssertionError: the ledger of Kiel was never closed",
            test=f"shop.{name}::closes",
            stack=f"{clock}java.lang.AssertionError: the ledger of Kiel was never closed\n"
            f"{clock}\tat org.junit.Assert.fail(Assert.java:88)\n{clock}\tat shop.Ledger.close(Ledger.java:{line})",
        )
        for name, clock, line in (
            ("ATest", "2021-01-21T12:56:09.7997914Z ", 3),
            ("BTest", "08:41:29     ", 7),
            ("CTest", "[task 2021-03-24T17:39:40.373Z] 17:39:40     ", 9),
            ("DTest", "", 12),
        )
    ],
    "ports of a container": [
        said(
            f"Timed out waiting for container port to open (localhost ports: {ports} should be listening)",
            error="org.testcontainers.containers.ContainerLaunchException",
            test=f"shop.{name}::init",
            stack=java(
                "org.testcontainers.containers.Waiting.ready:49", f"shop.Cluster.start:{line}", f"shop.{name}.init:3"
            ),
        )
        for name, ports, line in (("ATest", "[49193, 49194, 49195]", 138), ("BTest", "[32797]", 143))
    ],
    "one of a group of exceptions": [
        said(
            f"ExceptionGroup: unhandled errors in a TaskGroup ({n} sub-exception{'s' if n > 1 else ''})",
            test=f"tests/test_cart.py::test_{n}",
            stack="  + Exception Group Traceback (most recent call last):\n"
            f'  |   File "/ci/tests/test_cart.py", line {n}, in test_{n}\n'
            f"  | ExceptionGroup: unhandled errors in a TaskGroup ({n} sub-exceptions)\n"
            "  +-+---------------- 1 ----------------\n    | Traceback (most recent call last):\n"
            f"    |   File \"/ci/shop/rates.py\", line {n}, in rate_of\n    | KeyError: 'EUR'\n    +------------------------------------",
        )
        for n in (1, 2)
    ],
    "PHPUnit's causes": [
        said(
            f"Could not pay order {n}",
            test=f"CartTest::pays{n}",
            error="RuntimeException",
            stack=f"RuntimeException: Could not pay order {n}\n\n/app/src/Desk{n}.php:{n}\n/app/tests/CartTest.php:{n}\n\n"
            "Caused by\nPDOException: SQLSTATE[42S02]: Base table or view not found: charge\n\n"
            f"/app/src/Books.php:{n}",
        )
        for n in (4, 90)
    ],
    "what a test waits for": [
        said(
            f"Condition with lambda expression in shop.CartTest that uses shop.Cart was not fulfilled within {each}.",
            error="org.awaitility.core.ConditionTimeoutException",
            test="shop.CartTest::fills",
            stack=java("org.awaitility.core.ConditionAwaiter.await:167", f"shop.CartTest.fills:{n}")
            + "\nCaused by: java.util.concurrent.TimeoutException\n\tat java.base/java.util.concurrent.FutureTask.get(FutureTask.java:204)",
        )
        for n, each in enumerate(("1 seconds", "500 milliseconds"))
    ],
    "how much was leaked": [
        said(
            f"TEST-UNEXPECTED-FAIL | shop/test/browser_cart.js | leaked {n} window(s) until shutdown [url = about:home]"
        )
        for n in (1, 8)
    ],
    "an assertion of Rust": [
        said(
            f"thread 'cart::totals' panicked at src/cart.rs:{n}:5:\nassertion `left == right` failed: total of the cart\n"
            f"  left: {n}\n right: {n + 1}",
            test="cart::totals",
        )
        for n in (12, 97)
    ],
    "an answer of an API of Kubernetes": [
        said(
            f'Operation cannot be fulfilled on deployments.apps "cart": the object has been modified (resourceVersion {n})',
            test=f"TestDeploys/{n}",
            error="StatusError",
        )
        for n in (88123, 9120033)
    ],
    "objects at other addresses": [
        said(
            f"AttributeError: <shop.cart.Cart object at 0x7f{n}a3c4d5e0> has no attribute 'total'",
            stack=f"shop/cart.py:{n}: in price",
        )
        for n in (11, 23)
    ],
    "a deadlock among other processes": [
        said(
            f"psycopg.errors.DeadlockDetected: deadlock detected\nDETAIL:  Process {n} waits for ShareLock on transaction {n}77;"
            f" blocked by process {n + 3}.",
            test=f"t{n}",
        )
        for n in (4120, 991)
    ],
    "the whole report as a message, or as a stack": [
        said(message, test=f"tests/t.py::test_{n}", stack=stack)
        for n, (message, stack) in enumerate(
            (
                (
                    "KeyError: 'EUR'",
                    "tests/t.py:5: in test_pays\n    pay()\nshop/rates.py:9: in rate_of\nE   KeyError: 'EUR'",
                ),
                ("", "tests/t.py:9: in test_refunds\n    refund()\nshop/rates.py:7: in rate_of\nE   KeyError: 'EUR'"),
                (
                    """Traceback (most recent call last):\n  File "/ci/tests/t.py", line 3, in test_x\n    pay()\n  File "/ci/shop/rates.py", line 9, in rate_of\n    return TABLE[code]\nKeyError: 'EUR'\n""",
                    "",
                ),
                ("test failed", "tests/t.py:4: in test_y\n    pay()\nshop/rates.py:3: in rate_of\nE   KeyError: 'EUR'"),
            )
        )
    ],
    "machines of a cloud": [
        said(f"All nodes should be ready after the test, not ready: {each}")
        for each in ("e2e-gce-minion-a3x7", "e2e-gce-minion-b9k2", "e2e-gce-minion-0q4z")
    ],
}
