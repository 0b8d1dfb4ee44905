"""Names: which is believed, what is made of one that cannot be, and what happens when two want the same."""

import pytest

from bot.catalog.drafting.names import first_free, one_line, slug
from bot.catalog.drafting.outline import DraftedEnvironment
from tests.support.trees import drafted, loaded, service, services, text_of


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("@shop/Payments API", "payments-api"),
        ("Zahlungs Dienst (ä)", "zahlungs-dienst-a"),
        ("支払い", ""),
        ("${NAME}", ""),
        ("{{ include }}", ""),
        ("-._x_.-", "x"),
        ("Shop.Money", "shop.money"),
        ("a" * 80, "a" * 64),
        ("../../etc", "etc"),
    ],
)
def test_a_name_is_made_of_what_the_catalog_allows(written, name):
    assert slug(written) == name


def test_a_line_holds_no_secret_no_line_end_and_nothing_that_hides():
    assert one_line("a\n- b:\u2028\x00 \u202ec \ud800 token=abcdefgh") == "a - b: c token=[redacted]"


def test_a_name_that_is_taken_gets_the_next_number_within_the_length():
    assert first_free("a" * 64, {"a" * 64, "a" * 62 + "-2"}) == "a" * 62 + "-3"


def test_two_repositories_that_give_one_name_are_told_apart_and_it_is_said():
    files = {
        "payments/Dockerfile": "",
        "old/pay/Dockerfile": "",
        "old/pay/package.json": '{"name": "payments"}',
    }
    outline = drafted(files, repositories=("payments", "old/pay"))
    assert services(outline) == ["pay", "payments"]
    assert service(outline, "pay").notes == ("Called payments there; payments has that name.",)
    assert drafted(dict(reversed(files.items())), repositories=("payments", "old/pay")) == outline


def test_of_three_that_are_called_alike_two_get_what_is_around_them():
    files = {f"{each}/src/payments/Dockerfile": "" for each in ("old", "new", "next")}
    assert services(drafted(files, repositories=("old", "new", "next"))) == [
        "next-payments",
        "old-payments",
        "payments",
    ]


def test_a_name_that_says_nothing_gets_its_repository_before_it():
    outline = drafted(
        {
            "billing/api/Dockerfile": "",
            "billing/web/package.json": '{"name": "my-app", "scripts": {"start": "x"}}',
            "refunds/Dockerfile": "",
            "refunds/package.json": '{"name": "app"}',
        },
        repositories=("billing", "refunds"),
    )
    assert services(outline) == ["billing-api", "billing-my-app", "refunds"]


def test_a_title_of_an_api_names_what_has_no_better_name_and_x_service_beats_the_package():
    outline = drafted(
        {
            "app/Dockerfile": "",
            "app/openapi.yaml": "openapi: 3.0.1\ninfo: {title: Loyalty Points}\n",
            "b/Dockerfile": "",
            "b/package.json": '{"name": "bee"}',
            "b/api/spec.json": '{"openapi": "3.1.0", "x-service": "stock", "info": {"title": "T"}}',
        }
    )
    assert services(outline) == ["loyalty-points", "stock"]


def test_a_service_with_the_name_of_an_environment_is_renamed_and_so_is_who_needs_it():
    outline = drafted(
        {
            "compose.yaml": "services: {staging: {build: ./staging}, web: {build: ./web, depends_on: [staging]}}\n",
        }
    ).in_environments((DraftedEnvironment("staging"),))
    assert services(outline) == ["staging-service", "web"]
    assert service(outline, "web").depends_on == ("staging-service",)
    assert loaded(text_of(outline)).service("staging-service")


def test_a_circle_is_broken_and_said():
    outline = drafted(
        {
            "compose.yaml": """
                services:
                  a: {build: ./a, depends_on: [b]}
                  b: {build: ./b, depends_on: [c]}
                  c: {build: ./c, depends_on: [a, c]}
                """
        }
    )
    assert [each.depends_on for each in outline.services] == [("b",), ("c",), ()]
    assert service(outline, "c").notes == ("It also waits for a, which would make a circle.",)
    assert loaded(text_of(outline))


def test_a_name_in_the_cluster_that_two_services_have_belongs_to_neither():
    workload = "kind: Deployment\nmetadata: {name: core}\nspec: {template: {spec: {containers: [{image: x/%s}]}}}\n"
    files = {
        f"{each}/{path}": text
        for each in ("pay", "bill")
        for path, text in {
            "Dockerfile": "",
            "catalog-info.yaml": f"kind: Component\nmetadata: {{name: {each}}}\n",
            "k8s.yaml": workload % each,
        }.items()
    }
    outline = drafted(files, repositories=("pay", "bill"))
    assert [(each.name, each.kubernetes) for each in outline.services] == [("bill", ()), ("pay", ())]
    assert loaded(text_of(outline))
