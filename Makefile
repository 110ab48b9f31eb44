# Every target makes its own .venv when it is missing and is quick when nothing changed.
NEW_ENOUGH := 'import sys; sys.exit(sys.version_info < (3, 11))'
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	if $$p -c $(NEW_ENOUGH) 2>/dev/null; then echo $$p; break; fi; done)
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
APP := .venv/.app
DEV := .venv/.dev
CHROMIUM := $(shell command -v chromium || command -v chromium-browser || command -v google-chrome)
export OMP_NUM_THREADS ?= 1

.PHONY: run test lint browser bench few-shot-curve pretrain record-demo chromium clean
.DEFAULT_GOAL := run

run: $(APP)
	$(BIN)/ner-studio demo $(ARGS)

test: $(DEV) chromium
	$(BIN)/pytest -m "not bench and not gpu" $(ARGS)

lint: $(DEV)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

browser: $(DEV) chromium
	$(BIN)/pytest -m browser tests/browser $(ARGS)

bench: .venv/.bench
	$(BIN)/pytest -m bench -s tests/benchmarks $(ARGS)

# Plain encoder and checkpoint beside each other, by examples a type: make few-shot-curve
# BENCHMARKS=folder [ARGS="--sets wikigold --ks 1,4,16 --seeds 2"]; goes on where it was stopped.
BENCHMARKS ?= data/benchmarks
few-shot-curve: .venv/.bench
	$(BIN)/python -m tests.benchmarks.few_shot_curve $(BENCHMARKS) --out assets/docs $(ARGS)

# The sets in DATA and our own in assets/pretrain: make pretrain DATA=folder [TUNE="folder folder"] [OUT=folder]
DATA ?= data/pretrain
TUNE ?=
OUT ?= assets/checkpoints/nuner-compact
pretrain: .venv/.pretrain
	$(BIN)/ner-studio pretrain $(DATA) assets/pretrain --out $(OUT) $(addprefix --tune ,$(TUNE)) $(ARGS)

# The demo's answers, asked anew of the language model that the environment names.
record-demo: $(APP)
	$(BIN)/python -m studio.recording assets/demo/answers.jsonl

chromium:
ifeq ($(CHROMIUM),)
	@if command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then \
		apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium; \
	else \
		echo "The browser tests need Chromium: install it, for instance with 'sudo apt-get install chromium'." >&2; \
		exit 1; \
	fi
endif

clean:
	rm -rf build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

.venv/bin/python:
	@$(or $(PYTHON),python3) -c $(NEW_ENOUGH) || \
		{ echo "NER Studio needs Python 3.11 or newer; name one with: make PYTHON=/path/to/python3" >&2; exit 1; }
	$(PYTHON) -m venv .venv

$(APP): pyproject.toml | .venv/bin/python
	$(PIP) install -q -e .
	@touch $@

$(DEV): pyproject.toml | .venv/bin/python
	$(PIP) install -q -e ".[test]"
	@touch $(APP) $@

.venv/.bench: $(DEV)
	$(PIP) install -q -e ".[test,bench]"
	@touch $@

.venv/.pretrain: $(APP)
	$(PIP) install -q -e ".[pretrain]"
	@touch $@
