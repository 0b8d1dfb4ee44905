"""doctor: this machine. Python, settings, folder, ports, catalog."""

from __future__ import annotations

import shutil
import stat
import sys
from pathlib import Path

import httpx

from bot.catalog import Catalog
from bot.cli.catalog import path_in_force, read, summary
from bot.cli.findings import Finding, fail, ok, warn
from bot.cli.variables import FOR_CLIENTS, unknown_variables
from bot.errors import SignalboxError
from bot.runtime.folder import open_to_others, usable
from bot.runtime.sample import why_absent
from bot.runtime.web import listen
from bot.settings import Settings, variable_of
from bot.settings_checks import Sample
from bot.similar import nearest

OLDEST, NEWEST = (3, 11), (3, 14)
LEAST_FREE = 200 * 1024 * 1024
OTHERS_READ = stat.S_IRWXG | stat.S_IRWXO


def python(version: tuple[int, int] = sys.version_info[:2]) -> Finding:
    says = f"Python {version[0]}.{version[1]}"
    if version < OLDEST:
        return fail("python", says, "Install Python 3.11 or newer.")
    return ok("python", says) if version <= NEWEST else warn("python", says, "It is tested with 3.11 to 3.14.")


def environment(env_file: Path) -> list[Finding]:
    """Names that nobody reads, and secrets that everybody can."""
    return [*_unknown(env_file), *_permissions(env_file)]


def _unknown(env_file: Path) -> list[Finding]:
    known = [variable_of(field) for field in Settings.model_fields]
    unknown = unknown_variables(env_file)
    return [warn("settings", f"{name} is set, and nothing reads it", _instead(name, known)) for name in unknown]


def _instead(name: str, known: list[str]) -> str:
    if name in FOR_CLIENTS:
        return "It is for whoever calls the API, such as signalbox.sh: export it there."
    meant = nearest(name, known)
    return f"Did you mean {meant[0]}?" if meant else "Remove it; .env.example lists all that are read."


def _permissions(env_file: Path) -> list[Finding]:
    if not env_file.is_file():
        return []
    if env_file.stat().st_mode & OTHERS_READ:
        return [warn(".env", f"{env_file} can be read by other users", f"Run: chmod 600 {env_file}")]
    return [ok(".env", f"{env_file} is readable by its owner alone")]


def folder(settings: Settings, least_free: int = LEAST_FREE) -> Finding:
    try:
        path = usable(settings.data_dir)
        (path / ".doctor").write_bytes(b"")
        (path / ".doctor").unlink()
    except SignalboxError as error:
        return fail("data folder", error.user_message)
    except OSError as error:
        return fail(
            "data folder", f"{settings.data_dir} cannot be written: {error.strerror}", "Set SIGNALBOX_DATA_DIR."
        )
    if open_to_others(path):
        return warn("data folder", f"{path} can be entered by other users", f"Run: chmod 700 {path}")
    free = shutil.disk_usage(path).free
    if free < least_free:
        return warn("data folder", f"{path} has {free // 2**20} MB left", "Make room, or set SIGNALBOX_DATA_DIR.")
    return ok("data folder", f"{path}, {free // 2**30} GB free")


def ports(settings: Settings) -> list[Finding]:
    ours = [_port(settings, "port", settings.host, "/healthz")]
    if settings.local_workspace:
        ours.append(_port(settings, "workspace_port", "127.0.0.1", "/_control/health"))
    return ours


def _port(settings: Settings, field: str, host: str, health: str) -> Finding:
    port, variable = getattr(settings, field), variable_of(field)
    try:
        listen(host, port, chosen=True, variable=variable).close()
    except SignalboxError as error:
        if _answers(f"http://127.0.0.1:{port}{health}"):
            return ok("port", f"{port}: Signalbox runs there already")
        if settings.chose(field):
            return fail("port", error.user_message)
        return warn("port", f"{port} is taken", f"Any free port will be used; set {variable} to choose one.")
    return ok("port", f"{port} is free")


def _answers(address: str) -> bool:
    try:
        return httpx.get(address, timeout=1, trust_env=False).is_success
    except httpx.HTTPError:
        return False


def sample(settings: Settings, known: Catalog | None) -> list[Finding]:
    """Whether services are down for want of the sample shop."""
    if known is None:
        return []
    why = why_absent(path_in_force(settings), known, off=settings.sample is Sample.OFF)
    return [warn("sample shop", *why)] if why else []


def catalog(settings: Settings) -> tuple[Finding, Catalog | None]:
    """What is in it, too: later checks look for its channels."""
    try:
        path = path_in_force(settings)
        found = read(path)
    except SignalboxError as error:
        return fail("catalog", error.user_message, "Correct it, and look again: signalbox catalog check"), None
    return ok("catalog", f"{path}: {summary(found)}"), found
