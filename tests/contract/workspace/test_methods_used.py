"""The workspace has no method that nobody calls: what it plays is what apps use."""

import pytest

from integrations.workspace.web_api import METHODS
from tests.conftest import WHOLE_RUN
from tests.support.workspace import CALLED


@pytest.mark.last
def test_every_method_was_called_by_the_bot_or_a_plain_app(request):
    """Runs after everything else, and looks into what all workspaces of this run have noted."""
    if not request.config.stash.get(WHOLE_RUN, False):
        pytest.skip("only a run of all tests can tell")
    assert sorted(set(METHODS) - CALLED) == []
