"""`signalbox.yaml`: environments, services, resources, people, teams, policies, checked and kept fresh."""

from bot.catalog.find import find_catalog
from bot.catalog.loader import WhyTaken, load, parse
from bot.catalog.problems import BadCatalog, Problem
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
    "Freeze",
    "Gate",
    "Hours",
    "Mask",
    "Person",
    "Policy",
    "Problem",
    "Resource",
    "Service",
    "Team",
    "WhyTaken",
    "find_catalog",
    "load",
    "parse",
]
