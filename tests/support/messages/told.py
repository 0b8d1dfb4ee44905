"""Failures as runners and languages tell them."""

from bot.failures.values import Failure


def said(message, *, test="t", error="", stack=""):
    return Failure(test, message, error, stack)


def java(*frames, above=""):
    """Each as `package.Class.method:line`; the runner stands below."""
    lines = []
    for frame in frames:
        call, _, line = frame.rpartition(":")
        named = call.split(".")[-2].partition("$")[0]
        lines.append(f"\tat {call}({named}.java:{line})")
    runner = "\tat junit.framework.TestCase.runTest(TestCase.java:176)\n\tat org.apache.tools.ant.Main.runBuild(Main.java:811)"
    return "\n".join([above, *lines, runner]).lstrip("\n")


JUNIT_3 = "junit.framework.Assert.assertEquals:100"
SEED = "__randomizedtesting.SeedInfo.seed([{}]:0)"


def seeded(seed, test):
    """As Lucene's runner reports it: the seed of the run is the top frame."""
    hamcrest = "\tat org.hamcrest.MatcherAssert.assertThat(MatcherAssert.java:20)"
    return f"\tat {SEED.format(seed)}\n{hamcrest}\n\tat org.shards.index.{test}.testCounts({test}.java:304)"
