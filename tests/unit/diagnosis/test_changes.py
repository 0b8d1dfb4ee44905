"""Which change is to blame: what could do what is seen, not what came last."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from inline_snapshot import snapshot
from msgspec.structs import replace as other

from bot.diagnosis.blame.diffs import signs
from bot.diagnosis.evidence import Commit, Deployment, Observed, Window
from bot.diagnosis.ranking import rank
from tests.support.incidents import SECONDS, START, Fault, evidence

BEGAN = START + SECONDS

GUARD = Commit(
    "aaaa1111",
    BEGAN - 900,
    "refactor: simplify the charge",
    ("services/payment/charge.go",),
    '@@ func charge(card *Card) string {\n-\tif card.Issuer == nil {\n-\t\treturn ""\n-\t}\n \treturn card.Issuer.Name\n',
)
BANNER = Commit(
    "bbbb2222", BEGAN - 60, "feat: payment banner", ("services/payment/static/pay.css",), "-a { b: 1 }\n+a { b: 2 }\n"
)
NAMES = Commit(
    "cccc3333", BEGAN - 50, "tidy names", ("services/payment/names.go",), "-\tx := first(y)\n+\tx, _ := first(y)\n"
)
PANIC = "panic: nil pointer dereference in charge"


def failing(deployments, commits, says=PANIC, service="payment"):
    made = evidence(Fault(service, fails=True), deployments=deployments, commits=commits)
    lines = tuple(_complaint(line, says) if line.service == service else line for line in made.faulty.lines)
    faulty = replace(made.faulty, lines=lines)
    return replace(made, faulty=faulty)


def _complaint(line, says):
    return type(line)(line.time, line.service, "ERROR", says, line.trace_id, line.link)


def test_the_change_that_could_do_it_is_named_though_others_came_later():
    deployments = (
        Deployment(BEGAN - 300, "payment", "1", GUARD.sha),
        Deployment(BEGAN - 40, "payment", "2", NAMES.sha),
        Deployment(BEGAN - 20, "web", "9", "ffff9999"),
    )
    change = rank(failing(deployments, (GUARD, NAMES, BANNER))).change
    assert change is not None
    assert (change.commit, change.service) == (GUARD.sha, "payment")
    assert "no longer checks what it checked" in change.words
    assert [item.id for item in change.evidence] == ["commit:aaaa1111", "deployment:payment@1"]


def test_what_looks_harmless_is_not_blamed_for_being_there():
    ranking = rank(failing((Deployment(BEGAN - 30, "payment", "2", BANNER.sha),), (BANNER,)))
    assert ranking.change is None
    assert ranking.unchanged == "the one commit that came before it began does not explain what is seen"


def test_without_a_deployment_to_that_service_no_change_is_blamed():
    ranking = rank(failing((Deployment(BEGAN - 30, "stock", "2", GUARD.sha),), (GUARD,)))
    assert (ranking.answer, ranking.change) == ("payment", None)
    assert ranking.unchanged == "nothing was deployed to payment before it began"


def test_a_host_outside_that_is_unwell_is_no_change_of_ours():
    deployments = (Deployment(BEGAN - 300, "payment", "1", NAMES.sha),)
    ranking = rank(failing(deployments, (NAMES,), says="POST https://api.bank.example.com/charge returned 503"))
    assert ranking.change is None
    assert ranking.unchanged == "not caused by a change: it fails at api.bank.example.com, which is outside"


def test_nor_is_one_that_would_be_suspected_else():
    deployments = (Deployment(BEGAN - 300, "payment", "1", GUARD.sha),)
    says = "invalid answer for charge of card with issuer: {} returned 503"
    assert rank(failing(deployments, (GUARD,), says=says.format("bank"))).change is not None
    assert rank(failing(deployments, (GUARD,), says=says.format("https://api.bank.example.com"))).change is None


def test_what_breaks_nothing_is_not_blamed_whatever_it_says():
    page = Commit(GUARD.sha, GUARD.time, GUARD.message, ("docs/charge.md",), GUARD.diff)
    deployments = (Deployment(BEGAN - 300, "payment", "1", GUARD.sha),)
    assert rank(failing(deployments, (page,))).change is None


def test_what_the_errors_name_and_a_change_takes_away_belongs_together():
    renamed = Commit(
        "dddd4444",
        BEGAN - 100,
        "tidy",
        ("pkg/schema/charge.go",),
        '-\tMeta string `json:"meta"`\n+\tMore string `json:"more"`\n',
    )
    deployments = (Deployment(BEGAN - 90, "payment", "1", NAMES.sha),)
    change = rank(
        failing(deployments, (renamed, replace_time(NAMES, BEGAN - 95)), says="missing required field 'meta'")
    ).change
    assert change is not None
    assert change.commit == renamed.sha
    assert "takes away meta, which the errors name" in change.words


def replace_time(commit, moment):
    return Commit(commit.sha, moment, commit.message, commit.files, commit.diff)


@settings(max_examples=15, deadline=None)
@given(st.floats(100, 100_000))
def test_what_came_after_it_began_is_never_blamed(later):
    late = replace_time(GUARD, BEGAN + later)
    ranking = rank(failing((Deployment(BEGAN + later + 1, "payment", "1", late.sha),), (late,)))
    assert ranking.change is None


def test_a_commit_may_be_named_in_short():
    deployments = (Deployment(BEGAN - 300, "payment", "1", GUARD.sha[:7]),)
    change = rank(failing(deployments, (GUARD,))).change
    assert change is not None
    assert change.commit == GUARD.sha


@pytest.mark.parametrize(
    ("removed", "added", "sign"),
    [
        ("if user is None: return", "pass", "guard"),
        ("rows = query('SELECT a FROM b LIMIT 50')", "rows = query('SELECT a FROM b')", "bound"),
        ("total = sum(known)", "for each in known:\n+    total += fetch(each)", "loop"),
        ("sql = 'SELECT a FROM b WHERE c'", "sql = 'SELECT a FROM b'", "query"),
        ("timeout = 5000", "timeout = 300", "limit"),
        ("replicas: 3", "replicas: 1", "value"),
    ],
)
def test_a_diff_tells_what_it_does(removed, added, sign):
    does = signs(Commit("1", files=("a.py",), diff=f"@@ -1 +1 @@\n-{removed}\n+{added}\n"))
    assert getattr(does, sign) is True


@pytest.mark.parametrize(
    "file", ["docs/api.md", "pkg/a_test.go", ".github/workflows/x.yml", "web/a.css", "tests/x.py", "CODEOWNERS"]
)
def test_documents_tests_and_styles_break_nothing(file):
    assert signs(Commit("1", files=(file,), diff="-if x is None:\n+pass")).harmless


@pytest.mark.parametrize("file", ["contest/a.py", "services/docs_service/main.go", "latest.py", "package.json"])
def test_a_name_that_only_sounds_like_it_is_code(file):
    assert not signs(Commit("1", files=(file,), diff="-a\n+b")).harmless


def test_evidence_without_any_change_says_so():
    ranking = rank(evidence(Fault("payment", fails=True)))
    assert (ranking.change, ranking.unchanged) == (None, "no deployments or commits are known")


def test_an_empty_window_has_no_change_either():
    made = evidence(Fault(), deployments=(Deployment(BEGAN, "web"),))
    assert rank(replace(made, faulty=Observed(made.faulty.window))).change is None


TOLD = Commit("dddd4444", 0.0, "Look every currency up in a table", deployment="deployment:payment@2")
"""As a vendor tells it: without its files and their lines."""


@pytest.mark.parametrize("service", ["payment", "stock"])
def test_of_commits_without_a_diff_only_those_count_that_came_to_the_service(service):
    deployments = (Deployment(BEGAN - 300, "payment", "1"), Deployment(BEGAN - 30, service, "2"))
    told = replace_commit(TOLD, f"deployment:{service}@2")
    ranking = rank(replace(failing(deployments, (told,)), changed=(service,)))
    if service == "stock":
        assert ranking.change is None
        return
    assert ranking.change is not None
    assert (ranking.change.commit, [item.id for item in ranking.change.evidence]) == (
        "dddd4444",
        ["commit:dddd4444", "deployment:payment@2"],
    )


def test_of_several_commits_without_a_diff_none_is_said_to_be_the_one():
    deployments = (Deployment(BEGAN - 30, "payment", "2"),)
    other = Commit("eeee5555", 0.0, "Another charge", deployment="deployment:payment@2")
    for commits, words in (
        ((TOLD,), "it was not there in health"),
        ((TOLD, other), "it was not there in health, nor was the other that came with it"),
    ):
        change = rank(replace(failing(deployments, commits), changed=("payment",))).change
        assert change is not None
        assert change.words == words


def test_a_commit_without_a_diff_is_not_named_where_the_version_before_failed_as_well():
    deployments = (Deployment(BEGAN - 30, "payment", "2"),)
    assert rank(failing(deployments, (TOLD,))).change is None


def replace_commit(commit, deployment):
    return Commit(commit.sha, commit.time, commit.message, deployment=deployment)


def asked_about(made, earlier=900.0):
    """Somebody asked about the time from so many seconds before it began."""
    window = Window(BEGAN - earlier, BEGAN + SECONDS)
    return replace(made, faulty=replace(made.faulty, window=window), somewhere=True)


def test_of_a_time_that_somebody_asked_about_the_change_is_named_that_came_within_it_before_it_began():
    out = Deployment(BEGAN - 300, "payment", "1.5.0", GUARD.sha)
    ranking = rank(asked_about(failing((out,), (GUARD,))))
    assert ranking.change is not None
    assert (ranking.change.commit, ranking.unchanged) == (GUARD.sha, "")


def test_what_came_after_it_was_first_seen_is_told_and_is_not_blamed():
    out = Deployment(BEGAN + 110, "payment", "1.5.0", GUARD.sha)
    asked = rank(asked_about(failing((out,), (GUARD,))))
    assert asked.change is None
    assert asked.unchanged == snapshot(
        "payment 1.5.0 came at 22:17:10 UTC, inside the time you asked about, after it was first seen"
    )
    of_a_run = failing((other(out, time=BEGAN + 100),), (GUARD,))
    assert rank(of_a_run).unchanged == snapshot("payment 1.5.0 came at 22:17:00 UTC, after it was first seen")


def live(*commits, changed=(), says=PANIC):
    """As they are gathered: each came with the deployment. changed: services in another version than in health."""
    deployments = (Deployment(BEGAN - 30, "payment", "2"),)
    told = tuple(other(each, deployment="deployment:payment@2") for each in commits)
    return rank(replace(failing(deployments, told, says=says), changed=changed))


def test_of_several_that_came_together_the_one_whose_diff_could_do_it_is_named():
    change = live(NAMES, GUARD, BANNER, changed=("payment",)).change
    assert change is not None
    assert (change.commit, change.subject) == (GUARD.sha, "refactor: simplify the charge")
    assert "no longer checks what it checked" in change.words


def test_that_none_of_them_explains_it_is_an_answer():
    pages = other(BANNER, sha="dddd4444", files=("docs/charge.md",))
    ranking = live(pages, BANNER)
    assert ranking.change is None
    assert ranking.unchanged == "none of 2 commits that came before it began explains what is seen"
    assert live(TOLD).unchanged == snapshot(
        "the one commit that came before it began does not explain what is seen, as far as can be told without a diff; the nearest is dddd4444 (it went out before it began)"
    )


def test_what_was_not_there_in_health_is_suspected_though_its_diff_shows_no_sign():
    change = live(NAMES, changed=("payment",)).change
    assert change is not None
    assert change.words == snapshot("it changes what it does; what is seen speaks of payment too")


SECRETS = {
    "named": '-    connect(password="hunter2hunter2")',
    "a key over lines": '-    KEY = """-----BEGIN PRIVATE KEY-----\n-MIIEpAIhunter2hunter2\n------END PRIVATE KEY-----"""',
}


@pytest.mark.parametrize("removed", SECRETS.values(), ids=SECRETS)
def test_a_secret_of_a_removed_line_is_not_told_though_the_errors_name_it(removed):
    diff = f"@@ def charge\n{removed}\n-    issuerOf(card)\n+    pass\n"
    leaky = other(GUARD, diff=diff, message="drop it")
    change = live(
        leaky, changed=("payment",), says="no 'issuerOf' with 'MIIEpAIhunter2hunter2' 'hunter2hunter2'"
    ).change
    assert change is not None
    assert "takes away issuerof" in change.words
    assert "hunter2" not in change.words
