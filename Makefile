# Two commands: `make demo` shows a month of dashboards, `make test` runs every check.
# Each makes the environment it needs by itself: with uv where it is installed, else with venv and pip.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
MONTH  ?= 2026-10

.PHONY: demo test lint docs bench bench-check lock clean
.DEFAULT_GOAL := test

demo: $(READY)
	$(BIN)/redstats sample
	$(BIN)/redstats run $(MONTH)

test: lint
	$(BIN)/python -m pytest

lint: $(READY)
	$(BIN)/ruff check redstats tests benchmarks
	$(BIN)/ruff format --check redstats tests benchmarks
	$(BIN)/mypy

# uv compiles the bytecode at once; pip does so by itself
$(READY): requirements.lock pyproject.toml
	@if command -v uv >/dev/null 2>&1; then \
	  uv venv --quiet --seed --allow-existing --python $(PYTHON) $(VENV) && \
	  uv pip install --quiet --python $(BIN)/python --compile-bytecode --require-hashes -r requirements.lock && \
	  uv pip install --quiet --python $(BIN)/python --no-deps -e . ; \
	else \
	  $(PYTHON) -m venv $(VENV) && \
	  $(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock && \
	  $(BIN)/python -m pip install --quiet --no-deps -e . ; \
	fi
	@touch $(READY)

# what documents say of the standard, the fields, the outcomes and the rooms
docs: $(READY)
	$(BIN)/python tests/documents.py

# ten minutes; writes benchmarks/RESULTS.md and benchmarks/results.json
bench: $(READY)
	$(BIN)/python benchmarks/all.py

# the small form, a minute: fails where a ratio is half again as bad as the stored one
bench-check: $(READY)
	$(BIN)/python benchmarks/all.py --small --against benchmarks/results.json

# after a change of ranges in pyproject.toml
lock:
	uv pip compile pyproject.toml --extra test --universal --generate-hashes --no-emit-index-url \
	  --no-annotate --no-header --python-version 3.11 -o requirements.lock

clean:
	rm -rf $(VENV) data/processed/* build dist
