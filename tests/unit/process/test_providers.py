"""Who runs pipelines, as far as it was set up."""

import httpx
import pytest
import stamina

from bot.bootstrap.providers import chosen_providers
from bot.ports.pipelines import NotSupported, VendorBusy
from bot.settings import Settings

NOWHERE = "http://127.0.0.1:9"
JENKINS = {"jenkins_url": NOWHERE, "jenkins_user": "ci", "jenkins_token": "t"}
GITHUB = {"github_token": "t", "github_api_url": NOWHERE}
GITLAB = {"gitlab_token": "t", "gitlab_api_url": NOWHERE}


@pytest.fixture
async def commit():
    """Looks up a commit of what Jenkins runs."""
    async with httpx.AsyncClient() as http:
        with stamina.set_testing(True, attempts=1):

            async def look(repository, **given):
                return await chosen_providers(Settings(**JENKINS, **given), http)["jenkins"].commit(repository, "1.5.0")

            yield look


async def test_commits_of_what_jenkins_runs_are_looked_up_where_its_repositories_are(commit):
    with pytest.raises(VendorBusy, match="GitHub cannot be reached"):
        await commit("shop/payments", **GITHUB)


@pytest.mark.parametrize(
    ("repository", "given"), [("", GITHUB), ("shop/payments", {}), ("shop/payments", GITHUB | GITLAB)]
)
async def test_where_nobody_can_say_where_they_are_no_version_is_called_unknown(commit, repository, given):
    with pytest.raises(NotSupported):
        await commit(repository, **given)
