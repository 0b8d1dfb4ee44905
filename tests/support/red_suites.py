"""Suites that go red in a workspace: a vendor in memory, and the channel as people see it."""

from contextlib import asynccontextmanager

from integrations.workspace.limits import Limits
from tests.support.signalbox import INTEGRATION, UNHURRIED, signalbox_here, undisturbed_sample, words_of
from tests.support.waiting import eventually


@asynccontextmanager
async def a_workspace_with_suites(data, redis_url, vendor, asking=None):
    """The sample catalog without health addresses, since nothing runs there, and without what runs by the clock."""
    catalog = data / "signalbox.yaml"
    catalog.write_text(undisturbed_sample())
    about = {
        "limits": Limits().loosened(),
        "catalog": catalog,
        "providers": {"local": vendor}.get,
        "asking": asking,
        "tempo": UNHURRIED,
    }
    async with signalbox_here(data, redis_url, **about) as running:
        vendor.tell = running.started.hinted
        yield running


async def begun(vendor, number):
    """The run with that number, once it has begun."""

    async def started():
        return f"run-{number}" in vendor.began

    await eventually(started)
    return vendor.began[f"run-{number}"]


async def ends(vendor, number, state, report):
    began = await begun(vendor, number)
    began.artifacts["junit.xml"] = report
    await vendor.moves(began.status.run, state)


async def thread(signalbox, message):
    """The message as it is now, and the replies below it."""
    return await signalbox.workspace.messages(INTEGRATION, thread_ts=message["ts"])


async def shows(signalbox, message, contains, *, reply=False):
    """The message, or the newest reply below it, once it says that."""
    found = []

    async def there():
        first, *replies = await thread(signalbox, message)
        found[:] = [each for each in (replies if reply else [first]) if contains in words_of(each)]
        return bool(found)

    await eventually(there)
    return found[-1]


async def chooses(signalbox, person, message, do):
    """From the menu of a case's message."""
    chosen = next(option for option in menu(message)["options"] if f'"{do}"' in option["value"])
    outcome = await signalbox.workspace.press(
        person, "case.more", channel=INTEGRATION, ts=message["ts"], action={"selected_option": chosen}
    )
    assert outcome.ok, outcome


def menu(message):
    return next(
        element for block in message["blocks"] for element in block.get("elements", ()) if element["type"] == "overflow"
    )


async def form(signalbox, person, title):
    """The one that is open on top, once it bears that title."""
    found = []

    async def there():
        found[:] = [each for each in await signalbox.workspace.views(person) if each["title"]["text"] == title]
        return bool(found)

    await eventually(there)
    return found[-1]


def beside(message):
    """The buttons beside the lines of a message."""
    return [block["accessory"] for block in message["blocks"] if "accessory" in block]
