from bot.catalog import parse
from bot.runtime.local_workspace import Credentials, SlackApp, seed

KEYS = Credentials("xoxb-1", "xapp-1", "secret")
APP = SlackApp((("/env", "", ""),), (), ())


def people(text):
    catalog = parse(text.encode(), "signalbox.yaml", why_taken=lambda _: None)
    return [(each["id"], each["tz"]) for each in seed(catalog, KEYS, APP)["users"]]


def test_somebody_is_there_to_act_as_when_the_catalog_lists_nobody():
    found = people("workspace: {timezone: Europe/Berlin}\nenvironments: {integration: {}}\n")
    assert found == [("U0ANA", "Europe/Berlin"), ("U0BEN", "Europe/Berlin"), ("U0CEM", "Europe/Berlin")]


def test_only_those_of_the_catalog_are_there_when_it_lists_any():
    assert people("environments: {integration: {}}\npeople: {eli: {slack: U0ELI}}\n") == [("U0ELI", "UTC")]


def test_the_welcome_has_a_line_to_try_of_each_command():
    catalog = parse(b"environments: {integration: {}}\n", "signalbox.yaml", why_taken=lambda _: None)
    app = SlackApp((("/env", "", ""), ("/deploy", "", ""), ("/tests", "", "")), (), ())
    tries = [each["text"] for each in seed(catalog, KEYS, app)["welcome"]["try"]]
    assert (tries[0], tries[-2:]) == ("/env", ["/deploy", "/tests"])
