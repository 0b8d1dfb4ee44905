"""What a commit changed, as every implementation tells it."""

import pytest

from bot.errors import IntegrationError, NotFound
from tests.support.vendors.world import REPOSITORY, Touched

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_diff_tells_files_and_lines_of_one_commit(town):
    found = await town.pipelines.diff(REPOSITORY, town.newest())
    assert (found.files, found.whole) == (("src/rounding.py",), True)
    assert "--- a/src/rounding.py\n+++ b/src/rounding.py\n@@ -1 +1 @@ def total():\n-    return sum\n" in found.text


async def test_of_a_long_diff_whole_lines_are_read_and_that_they_are_not_all(town):
    found = await town.pipelines.diff(REPOSITORY, town.newest(), limit=60)
    whole = await town.pipelines.diff(REPOSITORY, town.newest())
    assert whole.text.startswith(f"{found.text}\n")
    assert 0 < len(found.text) < 60
    assert not found.whole


async def test_a_commit_that_does_not_exist_changed_nothing(town):
    with pytest.raises(NotFound):
        await town.pipelines.diff(REPOSITORY, "f" * 40)


async def test_of_very_many_files_some_are_told_and_that_they_are_not_all(keeper_town):
    added = [Touched("", f"src/{number}.py", f"@@ -0,0 +1 @@\n+{number}\n") for number in range(250)]
    keeper_town.world.history[0].touched = [Touched("src/old.py", "", "@@ -1 +0,0 @@\n-old\n"), *added]
    found = await keeper_town.pipelines.diff(REPOSITORY, keeper_town.newest())
    assert found.files[:2] == ("src/old.py", "src/0.py")
    assert 100 <= len(found.files) <= 200
    assert not found.whole
    assert "--- a/src/old.py\n+++ /dev/null\n@@ -1 +0,0 @@\n-old\n" in found.text
    assert "--- /dev/null\n+++ b/src/0.py\n@@ -0,0 +1 @@\n+0\n" in found.text


async def test_who_may_not_read_code_is_told_which_right_the_token_lacks(keeper_town):
    keeper_town.trouble("status", "GET", status=403, body={"message": "Resource not accessible"})
    with pytest.raises(
        IntegrationError, match=r"does not allow what \w{12} changed in .*_TOKEN: it needs .*"
    ) as refused:
        await keeper_town.pipelines.diff(REPOSITORY, keeper_town.newest())
    needed = {"github": "Contents (read)", "gitlab": "scope api", "bitbucket": "scopes repository"}
    assert needed[keeper_town.kind.name] in refused.value.user_message
