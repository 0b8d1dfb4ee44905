""".NET, Ruby, PHP, Rust."""


def net(test, error, message, *frames):
    calls = "".join(f"\n   at {call} in /src/{file}:line {{line}}" for call, file in frames)
    return {
        "test": test,
        "error_class": error,
        "message": message,
        "stack": f"   at Xunit.Assert.Fail(String message){calls}\n   at System.RuntimeMethodHandle.InvokeMethod(Object target)",
    }


def ruby(test, error, message, *frames):
    calls = "\n".join(f"{file}:{{line}}:in `{call}'" for file, call in frames)
    return {
        "test": test,
        "error_class": error,
        "message": message,
        "stack": f"{calls}\n/usr/local/bundle/gems/rspec-core-3.13.0/lib/rspec/core/example.rb:{{line}}:in `run'",
    }


def php(test, error, message, *frames):
    calls = "\n".join(f"#{number} /app/{file}({{line}}): {call}()" for number, (file, call) in enumerate(frames))
    return {
        "test": test,
        "error_class": error,
        "message": message,
        "stack": f"{calls}\n#9 /app/vendor/phpunit/phpunit/src/Framework/TestCase.php(1608): PHPUnit\\Framework\\TestCase->runTest()",
    }


FAMILIES = (
    (
        "dotnet",
        {
            "equal": [
                net(
                    "Orders.Total",
                    "Xunit.Sdk.EqualException",
                    "Assert.Equal() Failure: Values differ\nExpected: {n}\nActual:   {n}",
                    ("Shop.Tests.OrderTests.Total()", "Shop.Tests/OrderTests.cs"),
                )
            ],
            "equal elsewhere": [
                net(
                    "Stock.Left",
                    "Xunit.Sdk.EqualException",
                    "Assert.Equal() Failure: Values differ\nExpected: {n}\nActual:   {n}",
                    ("Shop.Tests.StockTests.Left()", "Shop.Tests/StockTests.cs"),
                )
            ],
            "null reference": [
                net(
                    f"Invoice.{name}",
                    "System.NullReferenceException",
                    "Object reference not set to an instance of an object.",
                    ("Shop.Billing.Invoice.<Print>d__5.MoveNext()", "Shop/Billing/Invoice.cs"),
                    (f"Shop.Tests.InvoiceTests.{name}()", "Shop.Tests/InvoiceTests.cs"),
                )
                for name in ("Prints", "Mails")
            ],
            "null reference elsewhere": [
                net(
                    "Cart.Adds",
                    "System.NullReferenceException",
                    "Object reference not set to an instance of an object.",
                    ("Shop.Carts.Cart.Add(Item item)", "Shop/Carts/Cart.cs"),
                )
            ],
            "=payments away": [
                net(
                    f"Pay.{name}",
                    "System.Net.Http.HttpRequestException",
                    "No connection could be made because the target machine actively refused it. (payments:8080)",
                    (f"Shop.Tests.Pay.{name}()", f"Shop.Tests/{name}.cs"),
                )
                for name in ("One", "Two")
            ],
            "key": [
                net(
                    "Rates.Eur",
                    "System.Collections.Generic.KeyNotFoundException",
                    "The given key 'EUR' was not present in the dictionary.",
                    ("Shop.Rates.Of(String code)", "Shop/Rates.cs"),
                )
            ],
        },
    ),
    (
        "rspec",
        {
            "equal": [
                ruby(
                    "cart total",
                    "RSpec::Expectations::ExpectationNotMetError",
                    "\nexpected: {n}\n     got: {n}\n\n(compared using ==)\n",
                    ("./spec/cart_spec.rb", "block (2 levels) in <top (required)>"),
                )
            ],
            "equal elsewhere": [
                ruby(
                    "tax",
                    "RSpec::Expectations::ExpectationNotMetError",
                    "\nexpected: {n}\n     got: {n}\n\n(compared using ==)\n",
                    ("./spec/tax_spec.rb", "block (2 levels) in <top (required)>"),
                )
            ],
            "no method": [
                ruby(
                    f"order {name}",
                    "NoMethodError",
                    "undefined method `amount' for nil:NilClass",
                    ("./app/models/order.rb", "total"),
                    (f"./spec/{name}_spec.rb", "block"),
                )
                for name in ("a", "b")
            ],
            "no method elsewhere": [
                ruby(
                    "invoice",
                    "NoMethodError",
                    "undefined method `amount' for nil:NilClass",
                    ("./app/models/invoice.rb", "sum"),
                    ("./spec/invoice_spec.rb", "block"),
                )
            ],
            "element": [
                ruby(
                    f"page {name}",
                    "Capybara::ElementNotFound",
                    'Unable to find button "Pay now" that is not disabled',
                    (f"./spec/features/{name}_spec.rb", "block"),
                )
                for name in ("c", "d")
            ],
        },
    ),
    (
        "phpunit",
        {
            "same": [
                php(
                    "CartTest::testTotal",
                    "PHPUnit\\Framework\\ExpectationFailedException",
                    "Failed asserting that {n} matches expected {n}.",
                    ("tests/CartTest.php", "Tests\\CartTest->testTotal"),
                )
            ],
            "same elsewhere": [
                php(
                    "TaxTest::testTax",
                    "PHPUnit\\Framework\\ExpectationFailedException",
                    "Failed asserting that {n} matches expected {n}.",
                    ("tests/TaxTest.php", "Tests\\TaxTest->testTax"),
                )
            ],
            "sqlstate": [
                php(
                    f"Db{name}",
                    "Illuminate\\Database\\QueryException",
                    "SQLSTATE[42S02]: Base table or view not found: 1146 Table 'shop.vouchers' doesn't exist (SQL: select * from `vouchers` where `id` = {n})",
                    ("app/Models/Voucher.php", "App\\Models\\Voucher->find"),
                    (f"tests/{name}Test.php", f"Tests\\{name}Test->test"),
                )
                for name in ("A", "B")
            ],
            "other sqlstate": [
                php(
                    "DbC",
                    "Illuminate\\Database\\QueryException",
                    "SQLSTATE[23000]: Integrity constraint violation: 1062 Duplicate entry '{mail}' for key 'users.users_email_unique'",
                    ("app/Models/User.php", "App\\Models\\User->create"),
                    ("tests/UserTest.php", "Tests\\UserTest->test"),
                )
            ],
        },
    ),
    (
        "rust",
        {
            "equal": [
                {
                    "test": "sums",
                    "error_class": "",
                    "message": "thread 'sums' panicked at tests/sums.rs:{line}:{small}:\nassertion `left == right` failed\n  left: {n}\n right: {n}",
                    "stack": "",
                }
            ],
            "equal elsewhere": [
                {
                    "test": "taxes",
                    "error_class": "",
                    "message": "thread 'taxes' panicked at tests/taxes.rs:{line}:{small}:\nassertion `left == right` failed\n  left: {n}\n right: {n}",
                    "stack": "",
                }
            ],
            "unwrap": [
                {
                    "test": f"reads_{name}",
                    "error_class": "",
                    "message": f"thread 'reads_{name}' panicked at src/config.rs:{{line}}:{{small}}:\ncalled `Result::unwrap()` on an `Err` value: MissingKey(\"currency\")",
                    "stack": "",
                }
                for name in ("a", "b")
            ],
        },
    ),
)
