"""The room of diagnoses, as cases and people take it. Whom it asks is handed over."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.bootstrap.cases import CaseRoom
from bot.bootstrap.floor import Floor
from bot.bootstrap.narrator import as_it_is
from bot.bootstrap.rooms import Rooms
from bot.bootstrap.stores import Stores
from bot.catalog import CatalogSource
from bot.diagnosis.consequences import Consequences
from bot.diagnosis.investigating import Investigating
from bot.diagnosis.narrative import plainly
from bot.diagnosis.needs import Explain, Gather, Narrate, Questions
from bot.diagnosis.service import Diagnoses
from bot.diagnosis.store import Store
from bot.reactions.diagnoses import DiagnosisStory

ARITHMETIC = 60.0
"""Seconds beyond what sources and a model are waited for, after which what hangs is given up."""


@dataclass(frozen=True, slots=True)
class Asking:
    """Whom to ask, and who puts the answer into words."""

    questions: Questions
    gather: Gather
    explain: Explain = plainly
    narrate: Narrate = field(default=as_it_is)


def open_diagnoses(
    floor: Floor,
    stores: Stores,
    source: CatalogSource,
    rooms: Rooms,
    *,
    cases: CaseRoom,
    asking: Asking,
    public_url: str,
) -> Diagnoses:
    """public_url: where pages are reached."""
    store = Store(stores.database, floor.workspace)
    story = DiagnosisStory(floor.workspace, source.current, public_url)
    consequences = Consequences(store, cases.diagnosed, story.owners, story, floor.clock)
    investigate = Investigating(asking.gather, asking.explain, asking.narrate)
    longest = floor.settings.diagnosis_deadline + floor.settings.model_seconds + ARITHMETIC
    return Diagnoses(consequences, asking.questions, investigate, floor.clock, wake=rooms.wake, longest=longest)
