# `make` prints this help. Every target does all its own set-up.

PYTHON ?= python3.11
PORT ?= 8000
PROMPTS ?= prompts
VENV := .venv
BIN := $(VENV)/bin
TOOLS := chromium espeak-ng sqlite3
MISSING := $(foreach tool,$(TOOLS),$(if $(shell command -v $(tool) 2>/dev/null),,$(tool))) \
	$(if $(wildcard /usr/lib/postgresql/*/bin/postgres),,postgresql) $(if $(wildcard /usr/sbin/nginx),,nginx-light)
BENCH_MISSING := $(if $(shell command -v wrk 2>/dev/null),,wrk) \
	$(if $(wildcard /usr/lib/postgresql/*/bin/postgres),,postgresql)

.DEFAULT_GOAL := help
.PHONY: help run test check call bench signatures calls hostile rehearsal lint mutants mutants-share ci lock clean

help: ## Print this help
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1|\2/' | awk -F'|' '{printf "%-14s %s\n", $$1, $$2}'

run: $(VENV)/.run ## Serve the line on this machine, with a telephone in the browser (PORT=8000)
	@PORT=$(PORT) $(BIN)/python -m ivr run

test: $(VENV)/.dev tools ## Run every test; ARGS="-k silence" picks some
	$(BIN)/python -m pytest -n 2 --dist worksteal $(ARGS)

check: $(VENV)/.dev ## Judge the prompts by the caller standard (PROMPTS=prompts)
	@$(BIN)/python -m ivr check --prompts $(PROMPTS)

call: $(VENV)/.run ## Call the line on the terminal; ARGS='3 "#" 0' presses keys
	@$(BIN)/python -m ivr call --prompts $(PROMPTS) $(ARGS)

bench: $(VENV)/.dev bench-tools ## Measure what the line costs, side by side; ARGS=--write writes docs/performance.md
	@$(BIN)/python -m bench.run $(ARGS)

signatures: $(VENV)/.dev ## Hold the check of signatures against the vendor's, over 100,000 bodies; SEED=7 chooses the same again
	$(BIN)/python -m bench.signatures $(if $(SEED),--seed $(SEED))

calls: $(VENV)/.dev ## Measure how many calls at once this machine holds; ARGS=--write writes docs/capacity.md
	@$(BIN)/python -m bench.calls $(ARGS)

hostile: $(VENV)/.dev ## Throw a million senseless requests at the line; SEED=7 chooses the same again
	$(BIN)/python -m bench.hostile --write $(if $(SEED),--seed $(SEED))

rehearsal: ## Follow docs/deploy.md to the letter, on a copy of this machine that is gone afterwards (as root)
	$(PYTHON) bench/rehearsal.py

lint: $(VENV)/.dev ## Style, types and the borders between packages
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

mutants: $(VENV)/.dev ## Change the code in every small way and see that tests or types notice; ARGS=checks.walk
	$(BIN)/python bench/mutants.py --write $(ARGS)

mutants-share: $(VENV)/.dev ## The same for a few changes, about a minute long; SEED=7 chooses the same ones again
	$(BIN)/python bench/mutants.py --share 12 $(if $(SEED),--seed $(SEED))

ci: ## All that CI runs; what needs no quiet runs side by side
	@$(MAKE) --no-print-directory --jobs 2 --output-sync $(VENV)/.dev tools
	@$(MAKE) --no-print-directory --jobs 2 --output-sync lint check mutants-share
	@$(MAKE) --no-print-directory test

lock: $(VENV)/.dev ## Resolve the dependencies anew and write the hashed lock
	$(BIN)/uv pip compile -q --upgrade --generate-hashes --no-strip-extras --no-header --python-version 3.11 pyproject.toml -o requirements.txt
	$(BIN)/uv pip compile -q --generate-hashes --no-strip-extras --no-header --python-version 3.11 --group dev pyproject.toml \
		-c requirements.txt -o requirements-dev.txt

clean: ## Remove what was set up
	rm -rf $(VENV) .mutants .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage

.PHONY: tools
tools:
ifneq ($(strip $(MISSING)),)
	@[ "$$(id -u)" = 0 ] || { echo "The tests need $(strip $(MISSING)). Run: sudo apt-get install -y $(strip $(MISSING))"; exit 1; }
	apt-get update -qq && apt-get install -y -qq --no-install-recommends $(MISSING) >/dev/null
endif

.PHONY: bench-tools
bench-tools:
ifneq ($(strip $(BENCH_MISSING)),)
	@[ "$$(id -u)" = 0 ] || { echo "The bench needs $(strip $(BENCH_MISSING)). Run: sudo apt-get install -y $(strip $(BENCH_MISSING))"; exit 1; }
	apt-get update -qq && apt-get install -y -qq --no-install-recommends $(BENCH_MISSING) >/dev/null
endif

$(VENV)/bin/python:
	@command -v $(PYTHON) >/dev/null || { echo "The line needs Python 3.11. Run: make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' \
		|| { echo "The line needs Python 3.11. Run: make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "Python's venv is missing. Run: sudo apt-get install -y python3.11-venv"; exit 1; }

$(VENV)/.run: requirements.txt | $(VENV)/bin/python
	$(BIN)/pip install -q --disable-pip-version-check --only-binary :all: --require-hashes -r requirements.txt
	@touch $@

$(VENV)/.dev: requirements-dev.txt $(VENV)/.run
	$(BIN)/pip install -q --disable-pip-version-check --only-binary :all: --require-hashes -r requirements-dev.txt
	@touch $@
