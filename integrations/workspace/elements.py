"""Block elements and their limits (docs.slack.dev: Block elements). Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from integrations.workspace.composition import (
    CONFIRM,
    DISPATCH_CONFIG,
    FILTER,
    ID,
    OPTION,
    OPTION_GROUPS,
    SLACK_FILE,
    URL,
    option,
    options,
    plain,
    text,
)
from integrations.workspace.rich_text import RICH_TEXT
from integrations.workspace.shapes import (
    Check,
    Problems,
    all_of,
    anything,
    exactly_one,
    fields,
    flag,
    integer,
    list_of,
    matching,
    one_of,
    string,
)

INPUT = 3_000
SELECTED = 100

_ACTION: Mapping[str, Check] = {"action_id": string(ID)}
_CHOSEN: Mapping[str, Check] = {**_ACTION, "confirm": CONFIRM, "focus_on_load": flag}
_PLACEHOLDER: Mapping[str, Check] = {"placeholder": plain(150)}
_TYPED: Mapping[str, Check] = {
    **_ACTION,
    **_PLACEHOLDER,
    "focus_on_load": flag,
    "dispatch_action_config": DISPATCH_CONFIG,
}
_OWN_OPTION = option(text(OPTION))
_DATE = matching(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])", "must be a date in the format YYYY-MM-DD")
_TIME = matching(r"([01]\d|2[0-3]):[0-5]\d", "must be a time in the format HH:mm")
_NUMBER = matching(r"-?\d+(\.\d+)?", "must be a number, as a string")


def _element(required: Mapping[str, Check], *optional: Mapping[str, Check]) -> Check:
    merged: dict[str, Check] = {}
    for each in optional:
        merged |= each
    return fields({"type": anything, **required}, merged)


def _single(**own: Check) -> Check:
    return _element({}, _CHOSEN, _PLACEHOLDER, own)


def _multi(**own: Check) -> Check:
    return _single(max_selected_items=integer(1, SELECTED), **own)


def _ids() -> Check:
    return list_of(string(ID), SELECTED, 0)


def _initial_among_options(value: Any, at: str, problems: Problems) -> None:
    """What is chosen at first must be one of the options, to the letter."""
    if not isinstance(value, dict):
        return
    offered = list(value.get("options") or [])
    for group in value.get("option_groups") or []:
        offered.extend(group.get("options") or [] if isinstance(group, dict) else [])
    chosen = value.get("initial_options") or ([value["initial_option"]] if "initial_option" in value else [])
    if isinstance(chosen, list) and any(each not in offered for each in chosen):
        name = "initial_options" if "initial_options" in value else "initial_option"
        problems.append((f"{at}/{name}", "must match one of the provided options"))


_STATIC: Mapping[str, Check] = {"options": options(100), "option_groups": OPTION_GROUPS}

ELEMENTS: Mapping[str, Check] = {
    "button": _element(
        {"text": plain(75)},
        _ACTION,
        {"url": string(URL), "value": string(2_000), "style": one_of("primary", "danger")},
        {"confirm": CONFIRM, "accessibility_label": string(75)},
    ),
    "checkboxes": all_of(
        _element({"options": options(10, _OWN_OPTION)}, _CHOSEN, {"initial_options": options(10, _OWN_OPTION)}),
        _initial_among_options,
    ),
    "radio_buttons": all_of(
        _element({"options": options(10, _OWN_OPTION)}, _CHOSEN, {"initial_option": _OWN_OPTION}),
        _initial_among_options,
    ),
    "overflow": _element({"options": options(5, option(url=string(URL)))}, _ACTION, {"confirm": CONFIRM}),
    "datepicker": _single(initial_date=_DATE),
    "timepicker": _single(initial_time=_TIME, timezone=string(ID)),
    "datetimepicker": _element({}, _CHOSEN, {"initial_date_time": integer(1_000_000_000, 9_999_999_999)}),
    "static_select": all_of(
        _single(**_STATIC, initial_option=option()), exactly_one("options", "option_groups"), _initial_among_options
    ),
    "multi_static_select": all_of(
        _multi(**_STATIC, initial_options=options(100)), exactly_one("options", "option_groups"), _initial_among_options
    ),
    "external_select": _single(initial_option=option(), min_query_length=integer(0, 100)),
    "multi_external_select": _multi(initial_options=options(100), min_query_length=integer(0, 100)),
    "users_select": _single(initial_user=string(ID)),
    "multi_users_select": _multi(initial_users=_ids()),
    "channels_select": _single(initial_channel=string(ID), response_url_enabled=flag),
    "multi_channels_select": _multi(initial_channels=_ids()),
    "conversations_select": _single(
        initial_conversation=string(ID),
        default_to_current_conversation=flag,
        response_url_enabled=flag,
        filter=FILTER,
    ),
    "multi_conversations_select": _multi(
        initial_conversations=_ids(), default_to_current_conversation=flag, filter=FILTER
    ),
    "plain_text_input": _element(
        {},
        _TYPED,
        {"initial_value": string(INPUT, 0), "multiline": flag},
        {"min_length": integer(0, INPUT), "max_length": integer(1, INPUT)},
    ),
    "email_text_input": _element({}, _TYPED, {"initial_value": string(INPUT, 0)}),
    "url_text_input": _element({}, _TYPED, {"initial_value": string(INPUT, 0)}),
    "number_input": _element(
        {"is_decimal_allowed": flag}, _TYPED, {"initial_value": _NUMBER, "min_value": _NUMBER, "max_value": _NUMBER}
    ),
    "rich_text_input": _element({}, _TYPED, {"initial_value": RICH_TEXT}),
    "file_input": _element({}, _ACTION, {"filetypes": list_of(string(50), 100), "max_files": integer(1, 10)}),
    "image": all_of(
        _element({"alt_text": string(2_000)}, {"image_url": string(URL), "slack_file": SLACK_FILE}),
        exactly_one("image_url", "slack_file"),
    ),
    "mrkdwn": text(3_000),
    "plain_text": text(3_000),
}

SELECTS = frozenset(name for name in ELEMENTS if name.endswith("_select"))
_CHOICES = SELECTS | {"checkboxes", "datepicker", "radio_buttons", "timepicker"}
ACCESSORIES = _CHOICES | {"button", "image", "overflow"}
ACTIONS = _CHOICES | {"button", "datetimepicker", "overflow"}
INPUTS = _CHOICES | {"datetimepicker", "file_input"} | {name for name in ELEMENTS if name.endswith("_input")}
CONTEXT = frozenset({"image", "mrkdwn", "plain_text"})
"""Which elements stand where: a section's accessory, an actions block, an input block, a context block."""
