"""People who want every message, however many: for stories that put a busy week into minutes."""

from integrations.workspace.control import Workspace


async def wants_all(workspace: Workspace, person: str) -> None:
    """As a person does it: Home, Settings, save."""
    await workspace.open_home(person)
    home = await workspace.wait_for_home(person, "Settings")
    assert (await workspace.press(person, "settings.open", view_id=home["id"])).ok
    await workspace.wait_for_view(person, "settings.save")
    assert (await workspace.submit(person, {"full_days": ["unlimited"]})).ok
