"""A plugin for pytest: Hypothesis repeats the same few cases, so that a fault is caught or survives the same each time."""

from hypothesis import HealthCheck, Phase, settings

settings.register_profile(
    "mutants",
    max_examples=30,
    stateful_step_count=40,
    phases=(Phase.explicit, Phase.generate),
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
settings.load_profile("mutants")
