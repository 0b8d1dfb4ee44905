"""views.* of the Web API."""

from __future__ import annotations

from typing import Any

from integrations.workspace.calls import Call, missing
from integrations.workspace.errors import ApiError
from integrations.workspace.view_rules import check_view

Answer = dict[str, Any]


def open_(call: Call) -> Answer:
    view = _view(call, "modal")
    person = call.site.triggers.spend(_trigger_id(call)).person
    return {"ok": True, "view": call.site.views.open(person, view)}


def push(call: Call) -> Answer:
    view = _view(call, "modal")
    trigger = call.site.triggers.spend(_trigger_id(call))
    if trigger.view_id is None:
        raise ApiError("invalid_trigger_id")
    return {"ok": True, "view": call.site.views.push(trigger.person, view)}


def update(call: Call) -> Answer:
    views = call.site.views
    if call.args.get("view_id"):
        person, old = views.find(call.text("view_id"))
    else:
        if not call.args.get("external_id"):
            raise missing("view_id")
        person, old = views.find_external(call.text("external_id"))
    view = _view(call, old["type"])
    _refuse_stale(call, old)
    return {"ok": True, "view": views.update(person, old, view)}


def publish(call: Call) -> Answer:
    user, view = call.text("user_id"), _view(call, "home")
    if not call.site.directory.is_person(user):
        raise ApiError("user_not_found")
    old = call.site.views.home(user)
    if old is not None:
        _refuse_stale(call, old)
    return {"ok": True, "view": call.site.views.publish(user, view)}


def _view(call: Call, kind: str) -> dict[str, Any]:
    """Raises ApiError invalid_arguments or view_too_large."""
    view = call.object("view", dict, "invalid_arguments")
    if view is None:
        raise missing("view")
    check_view(view, kind, call.site.files.usable)
    return view


def _trigger_id(call: Call) -> str:
    return str(call.args.get("trigger_id") or call.args.get("interactivity_pointer") or call.text("trigger_id"))


def _refuse_stale(call: Call, old: dict[str, Any]) -> None:
    given = call.args.get("hash")
    if given and given != old["hash"]:
        raise ApiError("hash_conflict")
