# What a developer types. `make check` is what the continuous integration runs.
PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin

.PHONY: install check test test-engines bench docs

install: $(BIN)/python
	$(BIN)/python -m pip install --quiet -e '.[test]'

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

check: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest

test: install
	$(BIN)/python -m pytest

test-engines: install # with BEAM_TEXTCLEAN_PRISM=... and others on more engines; see docs/design.md
	$(BIN)/python -m pytest -rs tests/engines

docs: install # every example in the documentation is run
	$(BIN)/python -m pytest tests/test_docs.py

bench: install # CORPUS=file.jsonl; see benchmarks/README.md
	$(BIN)/python benchmarks/speed.py $(CORPUS)
