"""JUnit 4 and 5, AssertJ, Hamcrest, Spring, Kotlin."""

LIBRARY = (
    ("org.junit.jupiter.engine.execution.MethodInvocation.proceed", "MethodInvocation.java"),
    ("java.base/java.lang.reflect.Method.invoke", "Method.java"),
)


def java(*frames):
    return "".join(f"\n\tat {call}({file}:{{line}})" for call, file in (*frames, *LIBRARY))


def way(test, error, message, *frames, caused=""):
    stack = f"{error}: {message}{java(*frames)}{caused}"
    return {"test": test, "error_class": error, "message": message, "stack": stack}


ASSERT = ("org.junit.jupiter.api.AssertionUtils.fail", "AssertionUtils.java")
FLAWED = "org.opentest4j.AssertionFailedError"
JDBC = "\nCaused by: org.postgresql.util.PSQLException: Connection to localhost:5432 refused. Check that the hostname and port are correct.\n\tat org.postgresql.core.v3.ConnectionFactoryImpl.openConnectionImpl(ConnectionFactoryImpl.java:{line})\n\t... {small} more"
KAFKA = "\nCaused by: org.apache.kafka.common.config.ConfigException: No resolvable bootstrap urls given in bootstrap.servers\n\tat org.apache.kafka.clients.ClientUtils.parseAndValidateAddresses(ClientUtils.java:{line})\n\t... {small} more"
CONTEXT = "Failed to load ApplicationContext for [WebMergedContextConfiguration@{jhash} testClass = com.shop.%s, locations = [], classes = [com.shop.App]]"
SPRING = (
    "org.springframework.test.context.cache.DefaultCacheAwareContextLoaderDelegate.loadContext",
    "DefaultCacheAwareContextLoaderDelegate.java",
)

FAMILIES = (
    (
        "junit comparisons",
        {
            "lines": [
                way(
                    "OrderTest.lines",
                    FLAWED,
                    "expected: <{small}> but was: <{n}>",
                    ASSERT,
                    ("com.shop.OrderTest.lines", "OrderTest.java"),
                )
            ],
            "stock": [
                way(
                    "StockTest.left",
                    FLAWED,
                    "expected: <{small}> but was: <{n}>",
                    ASSERT,
                    ("com.shop.StockTest.left", "StockTest.java"),
                )
            ],
            "flag": [
                way(
                    "FlagTest.on",
                    FLAWED,
                    "expected: <true> but was: <false>",
                    ASSERT,
                    ("com.shop.FlagTest.on", "FlagTest.java"),
                )
            ],
            "other flag": [
                way(
                    "UserTest.active",
                    FLAWED,
                    "expected: <true> but was: <false>",
                    ASSERT,
                    ("com.shop.UserTest.active", "UserTest.java"),
                )
            ],
        },
    ),
    (
        "assertj",
        {
            "paid": [
                way(
                    "PayTest.pays",
                    FLAWED,
                    '[order {order}] \nexpected: "PAID"\n but was: "PENDING"',
                    ("com.shop.PayTest.pays", "PayTest.java"),
                )
            ],
            "shipped": [
                way(
                    "ShipTest.ships",
                    FLAWED,
                    '[order {order}] \nexpected: "SHIPPED"\n but was: "PENDING"',
                    ("com.shop.ShipTest.ships", "ShipTest.java"),
                )
            ],
            "contains": [
                way(
                    "ListTest.has",
                    "java.lang.AssertionError",
                    '\nExpecting ArrayList:\n  ["a{n}", "b"]\nto contain:\n  ["voucher"]\nbut could not find the following element(s):\n  ["voucher"]\n',
                    ("com.shop.ListTest.has", "ListTest.java"),
                )
            ],
        },
    ),
    (
        "null pointers",
        {
            "cart": [
                way(
                    f"CartTest.{name}",
                    "java.lang.NullPointerException",
                    'Cannot invoke "com.shop.Price.amount()" because the return value of "com.shop.Item.price()" is null',
                    ("com.shop.cart.Totals.sum", "Totals.java"),
                    (f"com.shop.CartTest.{name}", "CartTest.java"),
                )
                for name in ("sums", "splits")
            ],
            "invoice": [
                way(
                    "InvoiceTest.prints",
                    "java.lang.NullPointerException",
                    'Cannot invoke "com.shop.Price.amount()" because the return value of "com.shop.Item.price()" is null',
                    ("com.shop.invoice.Printer.row", "Printer.java"),
                    ("com.shop.InvoiceTest.prints", "InvoiceTest.java"),
                )
            ],
            "bare": [
                way(
                    "OldTest.bare",
                    "java.lang.NullPointerException",
                    "",
                    ("com.shop.legacy.Dao.find", "Dao.java"),
                    ("com.shop.OldTest.bare", "OldTest.java"),
                )
            ],
            "other bare": [
                way(
                    "OldTest.other",
                    "java.lang.NullPointerException",
                    "",
                    ("com.shop.legacy.Mapper.map", "Mapper.java"),
                    ("com.shop.OldTest.other", "OldTest.java"),
                )
            ],
        },
    ),
    (
        "spring contexts",
        {
            "=postgres away": [
                way(f"{name}.loads", "java.lang.IllegalStateException", CONTEXT % name, SPRING, caused=JDBC)
                for name in ("OrderIT", "CartIT", "UserIT")
            ],
            "kafka misconfigured": [
                way(f"{name}.loads", "java.lang.IllegalStateException", CONTEXT % name, SPRING, caused=KAFKA)
                for name in ("EventIT", "MailIT")
            ],
        },
    ),
    (
        "rest clients",
        {
            "=payments away": [
                way(
                    f"PayIT.{name}",
                    "org.springframework.web.client.ResourceAccessException",
                    'I/O error on POST request for "http://payments:8080/charges/{n}": Connection refused',
                    ("org.springframework.web.client.RestTemplate.doExecute", "RestTemplate.java"),
                    ("com.shop.client.PaymentClient.charge", "PaymentClient.java"),
                    caused="\nCaused by: java.net.ConnectException: Connection refused\n\tat java.base/sun.nio.ch.Net.pollConnect(Native Method)\n\t... {small} more",
                )
                for name in ("charges", "refunds")
            ],
            "bad gateway": [
                way(
                    "PayIT.gateway",
                    "org.springframework.web.client.HttpServerErrorException$BadGateway",
                    '502 Bad Gateway: "<html><head><title>502 Bad Gateway</title></head>"',
                    ("org.springframework.web.client.HttpServerErrorException.create", "HttpServerErrorException.java"),
                    ("com.shop.client.OrderClient.read", "OrderClient.java"),
                )
            ],
            "unknown host": [
                way(
                    "MailIT.sends",
                    "java.net.UnknownHostException",
                    "smtp-relay: Name or service not known",
                    ("java.base/java.net.Inet6AddressImpl.lookupAllHostAddr", "Inet6AddressImpl.java"),
                    ("com.shop.mail.Sender.send", "Sender.java"),
                )
            ],
        },
    ),
    (
        "awaitility",
        {
            "event": [
                way(
                    f"EventIT.{name}",
                    "org.awaitility.core.ConditionTimeoutException",
                    "Condition with alias 'order {order} is shipped' didn't complete within {small} seconds because lambda expression in com.shop.EventIT: expected true but was false.",
                    ("com.shop.EventIT.awaitShipped", "EventIT.java"),
                    (f"com.shop.EventIT.{name}", "EventIT.java"),
                )
                for name in ("ships", "reships")
            ],
            "mail": [
                way(
                    "MailIT.arrives",
                    "org.awaitility.core.ConditionTimeoutException",
                    "Condition with alias 'mail to {mail}' didn't complete within {small} seconds because lambda expression in com.shop.MailIT: expected true but was false.",
                    ("com.shop.MailIT.arrives", "MailIT.java"),
                )
            ],
        },
    ),
    (
        "oracle",
        {
            "no table": [
                way(
                    "RepoIT.a",
                    "java.sql.SQLSyntaxErrorException",
                    "ORA-00942: table or view does not exist",
                    ("oracle.jdbc.driver.T4CTTIoer11.processError", "T4CTTIoer11.java"),
                    ("com.shop.repo.Base.query", "Base.java"),
                )
            ],
            "no column": [
                way(
                    "RepoIT.b",
                    "java.sql.SQLSyntaxErrorException",
                    'ORA-00904: "VAT": invalid identifier',
                    ("oracle.jdbc.driver.T4CTTIoer11.processError", "T4CTTIoer11.java"),
                    ("com.shop.repo.Base.query", "Base.java"),
                )
            ],
            "space": [
                way(
                    "RepoIT.c",
                    "java.sql.SQLException",
                    "ORA-01653: unable to extend table SHOP.ORDERS by {n} in tablespace USERS",
                    ("oracle.jdbc.driver.T4CTTIoer11.processError", "T4CTTIoer11.java"),
                    ("com.shop.repo.Base.query", "Base.java"),
                )
            ],
        },
    ),
    (
        "kotlin and mocks",
        {
            "wanted": [
                way(
                    "NoticeTest.tells",
                    "org.mockito.exceptions.verification.WantedButNotInvoked",
                    '\nWanted but not invoked:\nmailer.send(\n    "{mail}"\n);\n-> at com.shop.NoticeTest.tells(NoticeTest.kt:{line})\nActually, there were zero interactions with this mock.',
                    ("com.shop.NoticeTest.tells", "NoticeTest.kt"),
                )
            ],
            "lateinit": [
                way(
                    "StateTest.starts",
                    "kotlin.UninitializedPropertyAccessException",
                    "lateinit property clock has not been initialized",
                    ("com.shop.state.Machine.start", "Machine.kt"),
                    ("com.shop.StateTest.starts", "StateTest.kt"),
                )
            ],
            "cast": [
                way(
                    "StateTest.casts",
                    "java.lang.ClassCastException",
                    "class com.shop.Card cannot be cast to class com.shop.Voucher (com.shop.Card and com.shop.Voucher are in unnamed module of loader 'app' @{jhash})",
                    ("com.shop.state.Machine.pay", "Machine.kt"),
                    ("com.shop.StateTest.casts", "StateTest.kt"),
                )
            ],
        },
    ),
)
