# make build      the corpus and its release, set-up included
# make wheel      the package with the data of the public release, as dist/*.whl
# make test       all tests; a part that is not installed (Label Studio, browser) skips and says so
# make lint       ruff and mypy --strict
# make evaluate   how well byte-shift damage is undone; takes half a minute
# make baseline   simple models trained on the release, and what they make of its test split
# make bench-scale  the normaliser in datatrove's pipelines, on one gigabyte; takes some minutes
# make bench      speed and memory, beside OpenCC in the same run
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: build wheel test lint evaluate baseline bench bench-scale

build: $(READY)
	$(BIN)/govwork build

wheel: build
	$(BIN)/hatchling build -t wheel -d dist

test: $(READY)
	$(BIN)/pytest

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

evaluate: $(READY)
	$(BIN)/python scripts/evaluate_byteshift.py --json corpus/byteshift_evaluation.json

baseline: $(READY)
	$(BIN)/govwork baseline

bench: $(READY)
	$(BIN)/python scripts/bench.py

bench-scale: $(READY)
	$(BIN)/python scripts/bench_scale.py

$(READY): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or later is needed; name one with: make PYTHON=/path/to/python3.11"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e ".[build,annotate,baseline,scale,dev]"
	@touch $(READY)
