# Each target is complete on a new Debian or Ubuntu machine with python3 (3.11 or later, with venv), make and git.

PYTHON ?=
export PYTHON

BIN := .venv/bin
SETUP := sh packaging/setup.sh

.PHONY: help demo tour test lint bench clean

help:
	@echo "make demo    open the window on a throw-away database and a push service of its own"
	@echo "make tour    do an operator's job in the window without a screen; pictures in tour/"
	@echo "make test    everything that CI checks"
	@echo "make lint    ruff, mypy and the import contracts only"
	@echo "make bench   the performance figures, as JSON"
	@echo "make clean   remove what the others made"

demo:
	@$(SETUP) window
	@$(BIN)/webpush-admin --demo

tour:
	@$(SETUP)
	@QT_QPA_PLATFORM=offscreen $(BIN)/webpush-admin --demo --tour tour

test: lint
	@$(BIN)/pytest --numprocesses 2 --dist loadfile

lint:
	@$(SETUP)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

bench:
	@$(SETUP)
	@$(BIN)/python -m benchmarks.dispatch
	@$(BIN)/python -m benchmarks.scaletest
	@QT_QPA_PLATFORM=$${QT_QPA_PLATFORM:-offscreen} $(BIN)/python -m benchmarks.live
	@QT_QPA_PLATFORM=$${QT_QPA_PLATFORM:-offscreen} $(BIN)/python -m benchmarks.broadcast
	@QT_QPA_PLATFORM=$${QT_QPA_PLATFORM:-offscreen} $(BIN)/python -m benchmarks.startup
	@QT_QPA_PLATFORM=$${QT_QPA_PLATFORM:-offscreen} $(BIN)/python -m benchmarks.browse

clean:
	@rm -rf .venv build dist tour .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
