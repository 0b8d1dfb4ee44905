"""`signalbox.yaml`: environments, services, resources, people, teams, policies, checked and kept fresh."""

from bot.catalog.find import find_catalog
from bot.catalog.loader import WhyTaken, load, parse
from bot.catalog.neighbours import apart_from, asked_by
from bot.catalog.problems import BadCatalog, Problem
from bot.catalog.suite_values import Flow, Hold, Parameter, Retry, Schedule, Suite, WhenHeld
from bot.catalog.values import (
    Catalog,
    Delivery,
    Environment,
    Freeze,
    Gate,
    Hours,
    Mask,
    Person,
    Policy,
    Resource,
    Service,
    Team,
)
from bot.catalog.watch import CatalogSource

__all__ = [
    "BadCatalog",
    "Catalog",
    "CatalogSource",
    "Delivery",
    "Environment",
    "Flow",
    "Freeze",
    "Gate",
    "Hold",
    "Hours",
    "Mask",
    "Parameter",
    "Person",
    "Policy",
    "Problem",
    "Resource",
    "Retry",
    "Schedule",
    "Service",
    "Suite",
    "Team",
    "WhenHeld",
    "WhyTaken",
    "apart_from",
    "asked_by",
    "find_catalog",
    "load",
    "parse",
]
