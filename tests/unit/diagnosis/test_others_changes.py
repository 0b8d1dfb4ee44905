"""Changes that are none of the service's own, causes that are no change, and what a service is asked by its callers."""

from dataclasses import replace

import pytest
from inline_snapshot import snapshot
from msgspec.structs import replace as other

from bot.diagnosis.blame.diffs import signs
from bot.diagnosis.evidence import Commit, Deployment, Line
from bot.diagnosis.ranking import rank
from bot.diagnosis.signals.findings import Finding, Layer
from bot.diagnosis.signals.kinds import Kind, kind_of
from bot.diagnosis.signals.traffic import amplified, by_callers
from bot.diagnosis.words.began import began
from tests.support.incidents import SECONDS, START, Fault, evidence, with_connections
from tests.unit.diagnosis.test_changes import GUARD, NAMES, failing
from tests.unit.diagnosis.test_narrative import told
from tests.unit.diagnosis.test_what_failed import broken, traces

BEGAN = START + SECONDS


def commit(diff, *, file="services/orders/send.py", sha="abcd1234"):
    return Commit(sha, BEGAN - 400, "tidy", (file,), diff)


@pytest.mark.parametrize(
    ("file", "removed", "added", "sign"),
    [
        ("db/migrate/7.sql", "", "DROP INDEX orders_by_day;", "schema"),
        ("db/migrate/8.rb", "", "change_column_null :orders, :day, false", "schema"),
        ("a.py", 'NAME = re.compile("a+")', 'NAME = re.compile("(a+)+$")', "pattern"),
        ("a.py", "with connect() as session:", "session = connect()", "kept"),
        ("a.go", "send(ctx, each)", "go func() { send(ctx, each) }()", "kept"),
        ("values.yaml", "level: warn", "level: debug", "setting"),
        ("a.py", "return a < b", "return a <= b", "behaves"),
    ],
)
def test_a_diff_tells_what_else_it_does(file, removed, added, sign):
    gone = f"-{removed}\n" if removed else ""
    assert getattr(signs(commit(f"@@ -1 +1 @@\n{gone}+{added}\n", file=file)), sign) is True


def test_only_another_major_version_of_a_package_may_break_what_uses_it():
    lines = "-grpc==1.48.2\n+grpc==1.56.0\n-proto==3.17.3\n+proto==4.23.3\n-young==0.8.1\n+young==0.9.0\n"
    does = signs(commit(lines, file="requirements.lock"))
    assert does.major == {"proto", "young"}
    assert not does.behaves


@pytest.mark.parametrize(
    ("removed", "added"),
    [
        ("log.info('a', x)", "log.debug('b', x, y)"),
        ("import a", "import b"),
        ("call(a, b)", "call(\n+    a,\n+    b,\n+)"),
    ],
)
def test_what_is_only_told_or_written_another_way_changes_nothing(removed, added):
    assert not signs(commit(f"-{removed}\n+{added}\n")).behaves


@pytest.mark.parametrize(
    ("says", "because"),
    [
        ("write failed: No space left on device", "a disk is full"),
        ("x509: certificate has expired", "a certificate is not valid any more"),
        (
            "CertPathValidatorException: validity check failed: NotAfter: Fri May 01",
            "a certificate is not valid any more",
        ),
        ("Pod payment-7d4 was evicted", "a machine goes away"),
        ("lookup stock on 10.0.0.10:53: server misbehaving", "names are not resolved"),
        ('401 {"error": "API key expired"}', "a key or an account has ended"),
    ],
)
def test_what_no_deployment_brings_is_blamed_on_none(says, because):
    deployments = (Deployment(BEGAN - 300, "payment", "1", NAMES.sha),)
    ranking = rank(failing(deployments, (NAMES,), says=says))
    assert (ranking.change, ranking.unchanged) == (None, f"not caused by a change: {because}, as it says")


@pytest.mark.parametrize(
    "says",
    [
        "invalid charge: cache evicted key pod:17",
        "invalid charge: not after 2026-01-01",
        "invalid charge: no file at certPathPrefix",
    ],
)
def test_what_only_has_a_word_of_that_is_still_blamed_on_its_change(says):
    deployments = (Deployment(BEGAN - 300, "payment", "1", GUARD.sha),)
    assert rank(failing(deployments, (GUARD,), says=says)).change is not None


def test_whoever_renamed_what_the_errors_miss_is_at_fault_though_nothing_is_seen_of_it():
    renamed = commit('-    return {"buyerName": name}\n+    return {"customerName": name}\n')
    out = Deployment(BEGAN - 60, "orders", "2", renamed.sha)
    ranking = rank(failing((out,), (renamed,), says="missing required field 'buyerName'"))
    assert ranking.change is not None
    assert (ranking.answer, ranking.change.commit, ranking.change.service) == ("orders", renamed.sha, "orders")
    assert ranking.change.words == "it changes buyername, which the errors of payment name"
    other = rank(failing((out,), (renamed,), says="missing required field 'street'"))
    assert (other.answer, other.change) == ("payment", None)


def test_of_a_producer_it_is_said_who_shows_it_and_since_when_and_not_that_it_fails():
    """The producer is well; the first request after half a minute is the first that breaks on it."""
    renamed = commit('-    return {"buyerName": name}\n+    return {"customerName": name}\n')
    out = Deployment(BEGAN - 60, "orders", "2", renamed.sha)
    made = failing((out,), (renamed,), says="missing required field 'buyerName'")
    faulty = made.faulty
    lines = tuple(line for line in faulty.lines if line.service != "payment" or line.time > BEGAN + 30)
    spans = tuple(other(span, failed=span.failed and span.time > BEGAN + 30) for span in faulty.spans)
    made = replace(made, faulty=replace(faulty, lines=lines, spans=spans))
    first = rank(made).services[0]
    assert (first.service, first.findings[0].layer) == ("orders", Layer.CHANGE)
    assert began(made, first) == pytest.approx(BEGAN + 30, abs=1)
    one = told(made)
    assert one.summary == snapshot(
        "What orders changed shows in payment since 22:15:50 UTC, 90 s after orders 2; web only passes it on."
    )
    assert [each.words for each in one.because] == snapshot(
        [
            "it changes buyername, which the errors of payment name",
            "of payment, payment work fails in 30 of 30 failing traces and in none of 40 healthy ones",
            "of payment, \"missing required field 'buyerName'\" appears first in these minutes at 22:15:50 UTC, 30 times in all",
        ]
    )
    assert [each.words for each in one.try_next] == snapshot(
        [
            "roll back orders 2, which came 90 s before it began",
            "look at trace 1700000120-10",
            "read the logs of payment from 22:15:35 UTC to 22:16:05 UTC",
        ]
    )


@pytest.mark.parametrize("connections", [False, True])
def test_a_store_that_nobody_deploys_suffers_from_what_a_caller_newly_asks(connections):
    query = commit("-    rows = query('SELECT a FROM b LIMIT 50')\n+    rows = query('SELECT a FROM b')\n")
    made = evidence(Fault("stock", cpu=5), commits=(query,))
    made = with_connections(made, "stock") if connections else made
    fresh, old = (Deployment(BEGAN - before, "orders", "2", query.sha) for before in (60, 9_000))
    slow = replace(made, deployments=(fresh,))
    lines = tuple(
        replace_line(line, "query of rows took 900 ms, timeout, rows exceeded the limit")
        if line.service == "orders"
        else line
        for line in made.faulty.lines
    )
    now = rank(replace(slow, faulty=replace(made.faulty, lines=lines)))
    assert now.change is not None
    assert (now.answer, now.change.commit) == ("orders", query.sha)
    long_ago = rank(replace(slow, faulty=replace(made.faulty, lines=lines), deployments=(old,)))
    assert (long_ago.answer, long_ago.change) == ("stock", None)


def replace_line(line, says):
    return type(line)(line.time, line.service, "ERROR", says, line.trace_id, line.link)


def test_settings_that_went_out_under_a_name_of_their_own_concern_those_whom_they_name():
    flag = commit('-  "payment_v2": {"rollout": 0}\n+  "payment_v2": {"rollout": 30}\n', file="flags/prod.json")
    change = rank(failing((Deployment(BEGAN - 60, "flags", "2", flag.sha),), (flag, GUARD))).change
    assert change is not None
    assert (change.commit, change.service) == (flag.sha, "payment")


def test_what_went_out_to_another_service_of_the_catalog_concerns_nobody_else_though_nothing_was_heard_of_it():
    flag = commit('-  "payment_v2": {"rollout": 0}\n+  "payment_v2": {"rollout": 30}\n', file="flags/prod.json")
    made = failing((Deployment(BEGAN - 60, "mailer", "2", flag.sha),), (flag,))
    assert rank(made).change is not None
    ranking = rank(replace(made, services=("payment", "mailer")))
    assert (ranking.change, ranking.unchanged) == (None, "nothing was deployed to payment before it began")


def test_who_is_asked_far_more_by_one_caller_that_is_not_is_at_that_callers_mercy():
    ratios, edges = {"stock": 9.0, "orders": 1.0, "web": 1.1}, {("orders", "stock"), ("web", "orders")}
    of = amplified(ratios, edges)
    assert of == {"stock": ("orders", 9.0)}
    loud = Finding("stock", Layer.RESOURCES, 1.0, "cpu")
    weighed = {one.service: one for one in by_callers([loud], of)}
    assert weighed["stock"].strength < 0.3 < weighed["orders"].strength
    assert weighed["orders"].words == "calls stock 9.0 times as often for each request"
    assert amplified({**ratios, "orders": 9.0}, edges).get("stock") is None


@pytest.mark.parametrize(
    ("metric", "kind"),
    [
        ("db_query_count_per_request", Kind.EFFORT),
        ("requests_per_second", Kind.REQUESTS),
        ("errors_per_request", Kind.ERRORS),
        ("container_restarts_total", Kind.RESTARTS),
        ("up", Kind.SUCCESS),
    ],
)
def test_what_is_done_for_each_request_is_no_measure_of_how_many_there_are(metric, kind):
    assert kind_of(metric) is kind


@pytest.mark.parametrize(
    ("removed", "added", "gone", "come"),
    [
        ("return Product(sku=sku, price=price)", "return ByUnit(sku=sku, unit_price=price)", "price", "unit_price"),
        ('return {"price": row.price}', 'return {"unitPrice": row.price}', "price", "unitprice"),
        ("  string price = 3;", "  string unit_price = 3;", "price", "unit_price"),
        ("if price == 0: refuse()", "if price == 1: refuse()", "", ""),
    ],
)
def test_a_field_that_is_called_otherwise_is_gone_though_its_word_is_there(removed, added, gone, come):
    does = signs(commit(f"-{removed}\n+{added}\n"))
    assert ("price" in does.gone, come in does.come) == (bool(gone), bool(come))


def test_of_several_commits_the_one_that_took_away_what_its_callers_miss_is_suspected():
    """Payment is well; orders, which was not changed, breaks on what it answers."""
    renamed = commit(
        "-    return Payment(id=id, price=price)\n+    return Payment(id=id, unit_price=price)\n", sha="aaaa1111"
    )
    query = commit("-    return []\n+    return db.all('SELECT id FROM sale WHERE sku = 1')\n", sha="bbbb2222")
    out = Deployment(BEGAN - 60, "payment", "2", query.sha, before="1")
    says = ("Call it otherwise", "Orders changed: payment calls fail in health work handled")
    here = [other(each, deployment=out.item.id, message=of) for each, of in zip((renamed, query), says, strict=True)]
    of = broken(evidence(Fault()))
    lines = tuple(
        Line(BEGAN + at, "orders", "ERROR", "KeyError: 'price' in orders.total", trace)
        for at, trace in enumerate(traces(of)[:10])
    )
    of = replace(
        of,
        faulty=replace(of.faulty, lines=(*of.faulty.lines, *lines)),
        changed=("payment",),
        deployments=(out,),
        commits=tuple(here),
    )
    ranking = rank(of)
    assert ranking.answer == "payment"
    assert ranking.change is not None
    assert (ranking.change.commit, ranking.change.words.partition(";")[0]) == (
        renamed.sha,
        "it takes away price, which the errors name",
    )
