# The commands people type. `make try` needs nothing but Python 3.11+ and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ENV := $(VENV)/.made

.PHONY: env try words tour test check style types layers lock chaos fuzz pictures bench clean

env: $(ENV)  ## the environment, in .venv

$(ENV): requirements-dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Snowline needs Python 3.11 or newer; name one with: make PYTHON=python3.12 …"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

try: $(ENV)  ## the whole product on a local Slack, ServiceNow and Microsoft 365
	@$(BIN)/python -m bot try

tour: $(ENV)  ## the main job, driven headless, one line a step: over HTTP, then over Socket Mode
	@$(BIN)/python -m bot try --tour
	@$(BIN)/python -m bot try --tour --socket

test: $(ENV)  ## every test
	@$(BIN)/python -m pytest -n auto -q

check: style types layers test  ## everything a change must pass

style: $(ENV)
	@$(BIN)/ruff format --check --quiet . && $(BIN)/ruff check --quiet .

types: $(ENV)
	@$(BIN)/mypy

layers: $(ENV)
	@$(BIN)/lint-imports --no-logo

chaos: $(ENV)  ## the long form of the kill test: 40 SIGKILLs, 500 shares, twice
	@$(BIN)/python -m tests.chaos.kill --kills 40 --shares 500

fuzz: $(ENV)  ## the property tests at length
	@$(BIN)/python -m pytest -n auto -q -m hypothesis --hypothesis-profile=long -o faulthandler_timeout=0

pictures: $(ENV)  ## the README's pictures anew, from the browser test
	@$(BIN)/python -m pytest -q tests/browser --pictures build/pictures
	@cp build/pictures/home.png build/pictures/share.png build/pictures/card.png docs/pictures/
	@cp build/pictures/french-card.png docs/pictures/french.png

bench: $(ENV)  ## measured beside a bare Bolt app and beside PySNC, in the same run
	@$(BIN)/python -m tests.bench.acknowledge --write docs/benchmarks.md
	@$(BIN)/python -m tests.bench.home --write docs/benchmarks.md
	@$(BIN)/python -m tests.bench.servicenow --write docs/benchmarks.md

words: $(ENV)  ## what people read, found in the code and entered into the catalogues
	@mkdir -p build
	@$(BIN)/pybabel -q extract -F pyproject.toml -k tr -k trn:1,2 -k later --no-location --sort-output --no-wrap -o build/snowline.pot .
	@$(BIN)/pybabel -q update -i build/snowline.pot -d connector/locales -D snowline --no-wrap --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date

lock:  ## the pinned requirements anew, from pyproject.toml (needs uv and npm)
	uv pip compile pyproject.toml --universal --generate-hashes --python-version 3.11 --no-header -q -o requirements.txt
	uv pip compile pyproject.toml --group dev --universal --generate-hashes --python-version 3.11 --no-header -q -o requirements-dev.txt
	for each in tests/contract/*_clients/*.in; do \
	  uv pip compile $$each --universal --generate-hashes --python-version 3.11 --no-header --no-annotate -q -o $${each%.in}.txt || exit 1; done
	cd tests/contract/slack_clients && npm install --package-lock-only --omit-lockfile-registry-resolved

clean:
	rm -rf $(VENV) build .mypy_cache .ruff_cache .pytest_cache .hypothesis
