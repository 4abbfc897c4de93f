# What a developer types. `make check` is what the continuous integration runs.
PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
INSTALLED = $(VENV)/.installed

.PHONY: install check quick test test-thorough test-engines test-versions bench docs

install: $(INSTALLED)

$(INSTALLED): setup.py pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet -e '.[test]'
	touch $@

check: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest

quick: install # at every save: what starts no pipeline and no process
	$(BIN)/python -m pytest -q -m "not jobs and not data" --hypothesis-profile=quick

test: install
	$(BIN)/python -m pytest

test-thorough: install # for a night: twenty times as many examples of each property
	$(BIN)/python -m pytest --hypothesis-profile=thorough

ENGINES ?= all # make test-engines ENGINES="flink spark-cluster"; see docs/engines.md
test-engines: install
	$(BIN)/python -m pip install --quiet 'apache-beam[gcp,dill]'
	BEAM_TEXTCLEAN_ENGINES="$(strip $(ENGINES))" $(BIN)/python -m pytest -rsx tests/engines

test-versions: # the oldest and the newest Beam, on the oldest and the newest Python
	.ci/versions

docs: install # every example in the documentation is run
	$(BIN)/python -m pytest tests/test_docs.py

bench: install # CORPUS=file.jsonl; see benchmarks/README.md
	$(BIN)/python benchmarks/speed.py $(CORPUS)
