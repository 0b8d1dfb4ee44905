"""How it is worked out whose fault a failure is."""

from __future__ import annotations

from bot.settings_groups import DIAGNOSIS, setting
from bot.settings_sources import SourceSettings


class DiagnosisSettings(SourceSettings):
    """How long is waited, and for whom."""

    diagnosis_deadline: int = setting(
        "SIGNALBOX_DIAGNOSIS_DEADLINE",
        DIAGNOSIS,
        "Seconds that sources of logs, traces and metrics have to answer; who is late is named.",
        "Set it to a number of seconds between 1 and 300.",
        20,
        ge=1,
        le=300,
    )
    diagnosis_diffs: bool = setting(
        "SIGNALBOX_DIAGNOSIS_DIFFS",
        DIAGNOSIS,
        "Read what commits changed that came shortly before a failure, from whoever keeps the repository.",
        "Set it to true or false.",
        default=True,
    )
