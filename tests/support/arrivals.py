"""Payloads as Slack sends them, shortened to what is read. Source: docs.slack.dev, payload references."""

from datetime import UTC, datetime

from bot.ports.inbox import Arrival, Kind

NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)


def a_command(text="", person="U1", trigger="1.1.a", command="/env", **more):
    return {
        "command": command,
        "text": text,
        "user_id": person,
        "channel_id": "C1",
        "team_id": "T1",
        "trigger_id": trigger,
        **more,
    }


def a_click(action_id="lease.extend", person="U1", trigger="2.2.b", at="1767600000.1", **more):
    return {
        "type": "block_actions",
        "user": {"id": person},
        "team": {"id": "T1"},
        "trigger_id": trigger,
        "actions": [{"type": "button", "action_id": action_id, "block_id": "b", "action_ts": at, "value": "x"}],
        **more,
    }


def a_submission(person="U1", view="V1", hash="h1", blocks=(), callback_id="env.reserve"):
    return {
        "type": "view_submission",
        "user": {"id": person},
        "team": {"id": "T1"},
        "trigger_id": "3.3.c",
        "view": {
            "id": view,
            "hash": hash,
            "type": "modal",
            "callback_id": callback_id,
            "blocks": list(blocks),
            "state": {"values": {}},
        },
    }


def an_event(event_id="Ev1", person="U1", type="app_home_opened"):
    return {
        "type": "event_callback",
        "event_id": event_id,
        "team_id": "T1",
        "event": {"type": type, "user": person, "channel": "D1", "tab": "home"},
    }


def an_arrival(id="a1", lane="U1", text="", **body):
    return Arrival(id, Kind.COMMAND, lane, body or a_command(text, person=lane, trigger=id), NOW)
