"""People, channels and groups: what the seed says, merged into what is on disk by id (the seed's edits win)."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from integrations.workspace.ids import conversation_of, new_id
from integrations.workspace.seed import Seed
from integrations.workspace.storage import Storage

_COLORS = ("9f69e7", "4bbe2e", "e7392d", "3c989f", "674b1b", "e96699", "e0a729", "684b6c", "5b89d5", "2b6836")

Record = dict[str, Any]


class Directory:
    def __init__(self, seed: Seed, storage: Storage) -> None:
        self.seed = seed
        self._storage = storage
        for kind, entries in (("user", seed.users), ("channel", seed.channels), ("usergroup", seed.usergroups)):
            for entry in entries:
                storage.keep(kind, entry.id, asdict(entry))
        self._people = _seed_first(storage.documents("user"), [person.id for person in seed.users])
        self._channels = _seed_first(storage.documents("channel"), [channel.id for channel in seed.channels])
        self.usergroups: dict[str, Record] = storage.documents("usergroup")
        for person in self._people:
            self.direct(person, self.bot)

    @property
    def bot(self) -> str:
        """The app's user id."""
        return self.seed.app.bot_user_id

    @property
    def people(self) -> list[str]:
        return list(self._people)

    def is_person(self, id: str) -> bool:
        return id in self._people

    def name_of(self, user: str) -> str:
        return self.seed.app.name.lower() if user == self.bot else self._people[user]["name"]

    def user(self, id: str, *, with_email: bool = False) -> Record | None:
        """The user object as users.info gives it."""
        if id == self.bot:
            return self._bot_user()
        person = self._people.get(id)
        if person is None:
            return None
        offset = datetime.now(ZoneInfo(person["tz"])).utcoffset()
        profile = {
            "real_name": person["real_name"] or person["name"],
            "display_name": person["name"],
            "real_name_normalized": person["real_name"] or person["name"],
            "display_name_normalized": person["name"],
            "team": self.seed.team.id,
        }
        if with_email and person["email"]:
            profile["email"] = person["email"]
        return {
            **self._user(id, person["name"], profile),
            "tz": person["tz"],
            "tz_label": person["tz"],
            "tz_offset": int(offset.total_seconds()) if offset else 0,
            "is_bot": False,
        }

    def _bot_user(self) -> Record:
        app = self.seed.app
        profile = {"real_name": app.name, "display_name": app.name, "api_app_id": app.id, "bot_id": app.bot_id}
        user = self._user(app.bot_user_id, app.name.lower(), profile)
        return {**user, "tz": "Etc/UTC", "tz_label": "UTC", "tz_offset": 0, "is_bot": True}

    def _user(self, id: str, name: str, profile: Record) -> Record:
        return {
            "id": id,
            "team_id": self.seed.team.id,
            "name": name,
            "deleted": False,
            "color": _COLORS[zlib.crc32(id.encode()) % len(_COLORS)],
            "real_name": profile["real_name"],
            "profile": profile,
            "is_admin": False,
            "is_owner": False,
            "is_primary_owner": False,
            "is_restricted": False,
            "is_ultra_restricted": False,
            "is_app_user": False,
            "updated": 0,
        }

    def by_email(self, email: str) -> str | None:
        wanted = email.casefold()
        return next((id for id, person in self._people.items() if person["email"].casefold() == wanted), None)

    def by_handle(self, handle: str) -> str | None:
        """The id of the person or app called `handle` (no @)."""
        if handle == self.name_of(self.bot):
            return self.bot
        return next((id for id, person in self._people.items() if person["name"] == handle), None)

    def group_by_handle(self, handle: str) -> str | None:
        return next((id for id, group in self.usergroups.items() if group["handle"] == handle), None)

    def channel_by_name(self, name: str) -> str | None:
        wanted = name.removeprefix("#")
        return next((id for id, channel in self._channels.items() if channel.get("name") == wanted), None)

    def channel(self, id: str) -> Record | None:
        """The stored record: id, name, topic, is_private, members; a direct conversation has `pair`."""
        return self._channels.get(id)

    def channels(self) -> Iterator[Record]:
        return iter(self._channels.values())

    def is_direct(self, id: str) -> bool:
        return "pair" in self._channels.get(id, {})

    def members(self, id: str) -> list[str]:
        channel = self._channels[id]
        if "pair" in channel:
            return list(dict.fromkeys(channel["pair"]))
        return [*(channel.get("members") or self.people), self.bot]

    def partner(self, channel: str, user: str) -> str:
        """The other side of a direct conversation; oneself in the conversation with oneself."""
        pair = self._channels[channel]["pair"]
        return pair[1] if pair[0] == user else pair[0]

    def direct(self, one: str, other: str) -> str:
        """The id of their direct messages, opened when they have none yet."""
        id = conversation_of(one, other)
        if id not in self._channels:
            self._channels[id] = {"id": id, "pair": [one, other], "members": []}
            self._storage.keep("channel", id, self._channels[id])
        return id

    def group_direct(self, users: list[str]) -> str:
        """The private channel of several people and the app (an mpim, as conversations.open makes it)."""
        members = sorted(set(users))
        known = (id for id, channel in self._channels.items() if channel.get("mpim") and channel["members"] == members)
        id = next(known, None) or new_id("G")
        name = "mpdm-" + "--".join(self.name_of(user) for user in members) + "-1"
        record = {"id": id, "name": name, "topic": "", "is_private": True, "members": members, "mpim": True}
        self._channels[id] = record
        self._storage.keep("channel", id, record)
        return id

    def conversation(self, id: str, *, seen_by: str) -> Record:
        """The conversation object as conversations.info gives it."""
        channel = self._channels[id]
        created = {"id": id, "created": 0, "is_archived": False, "is_org_shared": False, "updated": 0}
        if "pair" in channel:
            return {
                **created,
                "is_im": True,
                "user": self.partner(id, seen_by),
                "is_user_deleted": False,
                "priority": 0,
            }
        is_private = channel["is_private"]
        return {
            **created,
            "name": channel["name"],
            "name_normalized": channel["name"],
            "is_channel": not is_private,
            "is_group": is_private,
            "is_im": False,
            "is_mpim": channel.get("mpim", False),
            "is_private": is_private,
            "is_general": channel["name"] == "general",
            "is_shared": False,
            "is_ext_shared": False,
            "is_pending_ext_shared": False,
            "is_member": seen_by in self.members(id),
            "creator": self.bot,
            "context_team_id": self.seed.team.id,
            "unlinked": 0,
            "topic": {"value": channel["topic"], "creator": "", "last_set": 0},
            "purpose": {"value": "", "creator": "", "last_set": 0},
            "previous_names": [],
            "num_members": len(self.members(id)),
        }

    def usergroup(self, id: str, *, with_users: bool) -> Record:
        """The usergroup object as usergroups.list gives it."""
        group = self.usergroups[id]
        users = {"users": list(group["users"])} if with_users else {}
        return {
            "id": id,
            "team_id": self.seed.team.id,
            "is_usergroup": True,
            "name": group["name"],
            "description": "",
            "handle": group["handle"],
            "is_external": False,
            "date_create": 0,
            "date_update": 0,
            "date_delete": 0,
            "auto_type": None,
            "created_by": self.bot,
            "updated_by": self.bot,
            "deleted_by": None,
            "prefs": {"channels": [], "groups": []},
            "user_count": str(len(group["users"])),
            **users,
        }


def _seed_first(records: dict[str, Record], order: list[str]) -> dict[str, Record]:
    """In the order of the seed; what it no longer names comes last."""
    return {id: records[id] for id in (*order, *(id for id in records if id not in order))}
