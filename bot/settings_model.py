"""Whether a language model writes diagnoses, which, and what it may cost."""

from __future__ import annotations

from typing import Literal

from pydantic import SecretStr

from bot.settings_diagnosis import DiagnosisSettings
from bot.settings_groups import MODEL, setting
from bot.settings_vendors import Root

_DOLLARS = "Set it to an amount in dollars, 0 to {}."
_TOKENS = "Set it to a number of tokens, 0 to 1000000000."
_PRICE = "Copy it from the vendor's list of prices: dollars for a million tokens."

Effort = Literal["none", "low", "medium", "high", "xhigh", "max"]


class ModelSettings(DiagnosisSettings):
    """Claude, and its budgets."""

    anthropic_api_key: SecretStr | None = setting(
        "ANTHROPIC_API_KEY",
        MODEL,
        "A key of Anthropic's API, best of a workspace of its own with a spending limit.",
        "Create a key in the console, or leave it out.",
        None,
    )
    anthropic_base_url: Root = setting(
        "ANTHROPIC_BASE_URL",
        MODEL,
        "Root of its API, or of a gateway that speaks it.",
        "Set it to an address like https://api.anthropic.com.",
        "https://api.anthropic.com",
    )
    model: str = setting(
        "SIGNALBOX_MODEL",
        MODEL,
        "Which model; the prices below are of this one.",
        "Set it to the name of a model, such as claude-opus-5-5.",
        "claude-opus-5-5",
        pattern=r"^[A-Za-z0-9._:@/-]{1,100}$",
    )
    model_effort: Effort = setting(
        "SIGNALBOX_MODEL_EFFORT",
        MODEL,
        "How hard it thinks: low, medium, high, xhigh, max; none for a model that knows no effort.",
        "Set it to none, low, medium, high, xhigh or max.",
        "medium",
    )
    model_seconds: float = setting(
        "SIGNALBOX_MODEL_SECONDS",
        MODEL,
        "How long one diagnosis waits for it, all rounds together.",
        "Set it to a number of seconds between 5 and 600.",
        60.0,
        ge=5,
        le=600,
    )
    model_rounds: int = setting(
        "SIGNALBOX_MODEL_ROUNDS",
        MODEL,
        "How often it is asked for one diagnosis, as it looks things up.",
        "Set it to a number between 1 and 20.",
        10,
        ge=1,
        le=20,
    )
    model_tokens: int = setting(
        "SIGNALBOX_MODEL_TOKENS",
        MODEL,
        "Tokens that one diagnosis may take.",
        _TOKENS,
        300_000,
        ge=0,
        le=1_000_000_000,
    )
    model_dollars: float = setting(
        "SIGNALBOX_MODEL_DOLLARS",
        MODEL,
        "Dollars that one diagnosis may cost.",
        _DOLLARS.format(1_000),
        1.0,
        ge=0,
        le=1_000,
    )
    model_daily_tokens: int = setting(
        "SIGNALBOX_MODEL_DAILY_TOKENS",
        MODEL,
        "Tokens that all diagnoses of a day (UTC) may take.",
        _TOKENS,
        5_000_000,
        ge=0,
        le=1_000_000_000,
    )
    model_daily_dollars: float = setting(
        "SIGNALBOX_MODEL_DAILY_DOLLARS",
        MODEL,
        "Dollars that all diagnoses of a day may cost.",
        _DOLLARS.format(100_000),
        10.0,
        ge=0,
        le=100_000,
    )
    model_input_price: float = setting(
        "SIGNALBOX_MODEL_INPUT_PRICE",
        MODEL,
        "Dollars for a million tokens that it reads.",
        _PRICE,
        4.0,
        ge=0,
        le=10_000,
    )
    model_output_price: float = setting(
        "SIGNALBOX_MODEL_OUTPUT_PRICE",
        MODEL,
        "Dollars for a million tokens that it writes.",
        _PRICE,
        20.0,
        ge=0,
        le=10_000,
    )
