# One machine with Python 3.11 to 3.14 and nothing else is enough.

# Processes that are started again and again, as tests do, need not compile themselves each time.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help run browser install test stories faults mutants bench causes rca week check format lock clean
MAKEFLAGS += --no-print-directory

VENV := .venv
BIN := $(VENV)/bin
APP_READY := $(VENV)/.app-ready
DEV_READY := $(VENV)/.dev-ready
BROWSER_READY := $(VENV)/.browser-ready
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --no-annotate --no-header

export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_NO_INPUT := 1
# Trust what the machine trusts, as pip does: many a company signs its own traffic.
export UV_SYSTEM_CERTS := 1

# Nothing downloads a browser: tests in one run where the machine has it, and are skipped elsewhere.
CHROMIUM = $(shell for name in chromium chromium-browser google-chrome google-chrome-stable; do command -v $$name && break; done)

# The first Python that is new enough and can make virtual environments.
find_python = for python in $(PYTHON) python3.11 python3.12 python3.13 python3.14 python3 python; do \
	if $$python -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 15))' \
		>/dev/null 2>&1; then echo $$python; break; fi; done

# uv takes about 2 s where pip takes 30. Pip stands in where uv cannot run or cannot find the packages.
install_locked = $(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r $(1) \
	|| { echo "uv could not do it; trying pip ..."; $(BIN)/python -m pip install --quiet --require-hashes -r $(1); }

# The plugin is what a team installs for its own tests; the sample's tests use it here.
OURS := -e . -e deploy/testing

help: ## Show this list
	@grep -E '^[a-z]+:.*## ' $(firstword $(MAKEFILE_LIST)) | awk -F ':.*## ' '{ printf "  make %-8s %s\n", $$1, $$2 }'

run: $(APP_READY) $(if $(CHROMIUM),$(BROWSER_READY)) ## Install what is missing, start Signalbox and its local workspace
	@exec $(BIN)/signalbox up

browser: $(BROWSER_READY) ## Install what the sample's tests in a browser need besides a Chromium (53 MB; run does so where there is one)

install: $(DEV_READY) ## Install everything that tests and checks need

# Tests wait for processes and clocks: a core has work for more than one of them.
WORKERS := $(shell echo $$(($$(getconf _NPROCESSORS_ONLN) + 1)))

test: $(DEV_READY) ## Run every test
	@exec $(BIN)/python -m pytest -n $(WORKERS) --maxprocesses 4 --dist loadfile --no-loadscope-reorder $(ARGS)

stories: $(DEV_READY) ## Deploy each faulty version of the sample shop in a browser, see it told, roll it back (takes long)
	@STORIES=$${STORIES:-all} exec $(BIN)/python -m pytest tests/stories -s $(ARGS)

faults: $(DEV_READY) ## Kill, wipe, lock and slow down whatever can fail, for about a quarter of an hour
	@FAULTS_OPERATIONS=$${FAULTS_OPERATIONS:-200} exec $(BIN)/python -m pytest tests/faults -s $(ARGS)

mutants: $(DEV_READY) ## Plant faults in a copy of the rules and the ledger, and see whether the tests notice
	@exec $(BIN)/python -m tests.mutants $(ARGS)

bench: $(DEV_READY) ## Measure what is promised about speed, side by side with what else there is
	@exec $(BIN)/python -m tests.bench $(ARGS)

causes: $(DEV_READY) ## Break the sample shop in each way and keep what its tests say, with the cause (takes minutes); bench scores on it
	@exec $(BIN)/python -m tests.causes

RCA ?= ../shared/data/rca
rca: $(APP_READY) ## Rank the services of failures whose cause is known, in the folder that RCA names, and compare
	@if [ ! -d "$(RCA)" ]; then echo "There are no cases in $(RCA). Name a folder that has some: make rca RCA=/path/to/cases"; exit 1; fi
	@exec $(BIN)/signalbox rca eval "$(RCA)" $(ARGS)

week: $(DEV_READY) ## Play a working week of eight teams and count the messages that people get
	@exec $(BIN)/python -m tests.week

check: $(DEV_READY) ## Lint, types, import contracts, size budgets, dead code, house rules
	@exec $(BIN)/python -m tests.house.check

format: $(DEV_READY) ## Format the code and apply safe fixes
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

lock: $(VENV)/.tools ## Bring the four lock files in step with pyproject.toml
	@$(COMPILE) --output-file requirements.lock pyproject.toml
	@$(COMPILE) --extra dev --constraint requirements.lock --output-file requirements-dev.lock pyproject.toml
	@$(COMPILE) --extra browser --constraint requirements-dev.lock --output-file requirements-browser.lock pyproject.toml
	@$(COMPILE) --group build --output-file requirements-build.lock
	@echo "requirements.lock and those for browser, dev and build are in step with pyproject.toml"

clean: ## Remove the environment and caches; data in .signalbox stays
	@rm -rf $(VENV) *.egg-info build dist .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
	@echo "Removed. Your data in .signalbox is untouched."

$(VENV)/.tools: requirements-build.lock
	@python=$$($(find_python)); \
	if [ -z "$$python" ]; then \
		echo "Signalbox needs Python 3.11, 3.12, 3.13 or 3.14 with its venv module, and found none."; \
		echo "Install one (on Debian and Ubuntu: apt install python3 python3-venv), or name it: make run PYTHON=/path/to/python3"; \
		exit 1; \
	fi; \
	if ! $(BIN)/python -m pip --version >/dev/null 2>&1; then \
		echo "Making a Python environment in $(VENV) ($$($$python --version)) ..."; \
		$$python -m venv --clear $(VENV) || exit 1; \
	fi
	@echo "Installing the installer ..."
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements-build.lock
	@touch $@

$(APP_READY): $(VENV)/.tools requirements.lock pyproject.toml deploy/testing/pyproject.toml
	@echo "Installing the packages of requirements.lock, each checked against its hash ..."
	@$(call install_locked,requirements.lock)
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --offline $(OURS) \
		|| $(BIN)/python -m pip install --quiet --no-deps --no-build-isolation $(OURS)
	@touch $@
	@echo "Installed."

# Signalbox runs without it, so it starts where these cannot be had.
$(BROWSER_READY): $(APP_READY) requirements-browser.lock
	@echo "Installing what tests in a browser need ..."
	@($(call install_locked,requirements-browser.lock)) && touch $@ \
		|| echo "They are skipped: that could not be installed. make browser tries again."

$(DEV_READY): $(APP_READY) requirements-dev.lock
	@echo "Installing what tests and checks need ..."
	@$(call install_locked,requirements-dev.lock)
	@touch $@
