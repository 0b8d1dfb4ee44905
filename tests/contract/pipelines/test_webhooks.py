"""What a delivery must bear to be read, and what each vendor's tells."""

import hashlib
import hmac
import json

import pytest
from pydantic import SecretStr

from bot.errors import Forbidden, UsageError
from bot.ports.protection import HeldRun
from bot.ports.webhooks import Hint
from integrations.bitbucket.webhooks import BitbucketWebhooks
from integrations.github.webhooks import GitHubWebhooks
from integrations.gitlab.webhooks import GitLabWebhooks
from integrations.jenkins.webhooks import JenkinsWebhooks
from tests.support.vendors.world import payload

SECRET = "hush"
RAW = b'{"a": "\xc3\xa4"}'
SIGNATURE = f"sha256={hmac.new(SECRET.encode(), RAW, hashlib.sha256).hexdigest()}"

VENDORS = {
    "bitbucket": (BitbucketWebhooks, "x-hub-signature", SIGNATURE),
    "github": (GitHubWebhooks, "x-hub-signature-256", SIGNATURE),
    "gitlab": (GitLabWebhooks, "x-gitlab-token", SECRET),
    "jenkins": (JenkinsWebhooks, "x-signalbox-token", SECRET),
}


@pytest.fixture(params=VENDORS)
def vendor(request):
    make, header, value = VENDORS[request.param]
    return make, header, value


def test_a_delivery_with_our_secret_is_let_in(vendor):
    make, header, value = vendor
    make(SecretStr(SECRET)).verify({header: value}, RAW)


def test_a_delivery_without_a_signature_is_not(vendor):
    make, header, _ = vendor
    for headers in ({}, {header: ""}):
        with pytest.raises(Forbidden):
            make(SecretStr(SECRET)).verify(headers, RAW)


def test_a_delivery_with_another_secret_is_not(vendor):
    make, header, value = vendor
    for wrong in (value[:-1], value + "0", value.upper(), "ä"):
        with pytest.raises(Forbidden):
            make(SecretStr(SECRET)).verify({header: wrong}, RAW)


def test_without_a_secret_of_ours_nobody_is_let_in(vendor):
    make, header, _ = vendor
    for shown in ("", f"sha256={hmac.new(b'', RAW, hashlib.sha256).hexdigest()}"):
        with pytest.raises(Forbidden):
            make(SecretStr("")).verify({header: shown}, RAW)


@pytest.mark.parametrize("name", ["bitbucket", "github"])
def test_a_body_that_was_changed_on_the_way_is_not_let_in(name):
    make, header, value = VENDORS[name]
    with pytest.raises(Forbidden):
        make(SecretStr(SECRET)).verify({header: value}, RAW + b" ")


BITBUCKET = {"x-request-uuid": "d-1"}
GITHUB = {"x-github-delivery": "d-1"}
TOLD = [
    (
        "bitbucket",
        "commit_status_updated",
        {**BITBUCKET, "x-event-key": "repo:commit_status_updated"},
        ("repo:commit_status_updated", "acme/payments", "", "9fec847784abb10b2fa567ee63b85bd238955d0e"),
    ),
    (
        "bitbucket",
        "span_created",
        {**BITBUCKET, "x-event-key": "pipeline:span_created"},
        ("pipeline:span_created", "acme/payments", "{a1b2c3d4-1111-4a11-8a11-000000007001}", ""),
    ),
    (
        "github",
        "workflow_run_completed",
        {**GITHUB, "x-github-event": "workflow_run"},
        ("workflow_run", "acme/payments", "30433642", "acb5820ced9479c074f688cc328bf03f341a511d"),
    ),
    (
        "github",
        "deployment_status",
        {**GITHUB, "x-github-event": "deployment_status"},
        ("deployment_status", "acme/payments", "", "acb5820ced9479c074f688cc328bf03f341a511d"),
    ),
    (
        "gitlab",
        "pipeline_hook",
        {"idempotency-key": "d-1"},
        ("pipeline", "acme/payments", "287", "bcbb5ec396a2c0f828686f14fac9b80b780504f2"),
    ),
    (
        "gitlab",
        "job_hook",
        {"x-gitlab-event-uuid": "d-1"},
        ("build", "acme/payments", "287", "bcbb5ec396a2c0f828686f14fac9b80b780504f2"),
    ),
    (
        "gitlab",
        "deployment_hook",
        {"idempotency-key": "d-1"},
        ("deployment", "acme/payments", "", "bcbb5ec396a2c0f828686f14fac9b80b780504f2"),
    ),
    (
        "jenkins",
        "notification",
        {},
        ("COMPLETED", "team/deploy", "queue/352", "c6d86dc654b12425e706bcf951adfe5a8627a517"),
    ),
]


@pytest.mark.parametrize(("name", "example", "headers", "told"), TOLD, ids=[f"{one[0]} {one[1]}" for one in TOLD])
def test_a_delivery_names_the_run_or_the_commit_to_look_at(name, example, headers, told):
    event, repository, run, commit = told
    delivery = "team/deploy 52 COMPLETED" if name == "jenkins" else "d-1"
    hint = VENDORS[name][0](SecretStr(SECRET)).read(headers, payload(name, example))
    assert hint == Hint(name, delivery, event, repository, run, commit)


RULE = {**GITHUB, "x-github-event": "deployment_protection_rule"}


def test_a_run_that_github_holds_back_is_told_with_what_an_answer_needs():
    told = GitHubWebhooks(SecretStr(SECRET)).read(RULE, payload("github", "deployment_protection_rule"))
    assert told == HeldRun(
        "github",
        "d-1",
        "acme/payments",
        "integration",
        "30433642",
        "145988746",
        "acb5820ced9479c074f688cc328bf03f341a511d",
        "ann",
        "https://github.com/acme/payments/actions/runs/30433642",
    )
    body = payload("github", "deployment_protection_rule", action="of tomorrow")
    assert GitHubWebhooks(SecretStr(SECRET)).read(RULE, body) is None


@pytest.mark.parametrize(
    "address",
    [
        "",
        "http://api.github.com/repos/acme/payments/actions/runs/30433642/deployment_protection_rule",
        "https://api.github.com.evil.example/repos/acme/payments/actions/runs/30433642/deployment_protection_rule",
        "https://evil.example/?https://api.github.com/repos/acme/payments/actions/runs/1/deployment_protection_rule",
        "https://api.github.com@evil.example/repos/acme/payments/actions/runs/1/deployment_protection_rule",
        "https://api.github.com/repos/acme/orders/actions/runs/30433642/deployment_protection_rule",
        "https://api.github.com/repos/acme/payments/actions/runs/../30433642/deployment_protection_rule",
        "https://169.254.169.254/latest/meta-data",
    ],
)
def test_nobody_is_called_back_but_the_github_that_was_set_up(address):
    body = payload("github", "deployment_protection_rule", deployment_callback_url=address)
    with pytest.raises(UsageError, match="has a deployment_callback_url of"):
        GitHubWebhooks(SecretStr(SECRET)).read(RULE, body)


@pytest.mark.parametrize(
    ("name", "headers"),
    [
        ("bitbucket", {**BITBUCKET, "x-event-key": "repo:push"}),
        ("bitbucket", {**BITBUCKET, "x-event-key": "pipeline:span_created"}),
        ("github", {**GITHUB, "x-github-event": "ping"}),
        ("github", {**GITHUB, "x-github-event": "an event of tomorrow"}),
        ("gitlab", {"idempotency-key": "d-1"}),
    ],
)
def test_a_delivery_that_tells_of_no_run_hints_at_nothing(name, headers):
    assert VENDORS[name][0](SecretStr(SECRET)).read(headers, {"resourceSpans": [None, {"scopeSpans": 3}]}) is None


def test_a_delivery_that_the_vendor_does_not_send_says_what_is_missing(vendor):
    make, _, _ = vendor
    with pytest.raises(UsageError, match="has not"):
        make(SecretStr(SECRET)).read({}, {"build": ["no", "object"]})


def test_what_a_delivery_holds_besides_is_only_text(vendor):
    """Numbers, lists and nothing where text should be break nothing."""
    make, _, _ = vendor
    headers = {**BITBUCKET, **GITHUB, "x-event-key": "repo:commit_status_created", "x-github-event": "workflow_run"}
    strange = {
        "repository": [],
        "commit_status": 1,
        "workflow_run": None,
        "object_kind": "pipeline",
        "build": {"number": 1, "url": "x"},
    }
    hint = make(SecretStr(SECRET)).read({**headers, "idempotency-key": "d-1"}, strange)
    assert hint is not None
    assert json.dumps(hint.repository) == '""'
