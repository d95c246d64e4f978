# The front door: each command does all its own set-up, inside .locality, and then calls one thing.
# Needs Python 3.11 or later, make, and a package registry (any mirror: see deploy/README.md).
#
#   make demo    a demo county, played and then served; ONCE=1 ends after the play
#   make serve   the same programs on the real clock, with no demo data
#   make test    the tests; ARGS="tests/domain -k money" chooses some
#   make check   format, lint, types, imports, tests: what CI runs
#   make bench   measure, and write build/bench.json
#   make lock    resolve the dependencies anew; ARGS=--upgrade takes newer ones

PYTHON ?= python3
STATE  := .locality
VENV   := $(STATE)/venv
PY     := $(VENV)/bin/python
OWN_UV := $(STATE)/uv/bin/uv
UV     := $(or $(shell command -v uv 2>/dev/null),$(OWN_UV))
COMPILE = $(UV) pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes \
          --no-emit-index-url --no-header --no-annotate --quiet --output-file

# One process of tests more than there are cores, each with servers of its own: some of what is tested
# is waiting, as for an engine that gives a killed worker up.
AT_ONCE = --numprocesses $(shell $(PYTHON) -c 'import os; print((os.cpu_count() or 1) + 1)') --dist worksteal

export PYTHONUNBUFFERED := 1

# These tests by themselves reach every line and branch of domain and workflows, and say so. The rest
# run unmeasured: to watch each line costs Python two fifths more time.
COVERING = domain tests/domain tests/cases tests/schemes tests/workflows tests/histories

# What Python compiles is kept beside the other caches, whatever the machine says of it: many images
# forbid it, and then each of the hundred processes of the tests compiles all its modules anew.
unexport PYTHONDONTWRITEBYTECODE
export PYTHONPYCACHEPREFIX := $(CURDIR)/$(STATE)/cache/bytecode

.PHONY: demo serve test check bench lock
.DELETE_ON_ERROR:
.NOTPARALLEL:

demo: $(VENV)/synced-run
	$(PY) -m deploy.one_machine demo $(if $(ONCE),--once)

serve: $(VENV)/synced-run
	$(PY) -m deploy.one_machine serve

test: $(VENV)/synced-dev
	$(PY) -m pytest $(AT_ONCE) $(ARGS)

check: $(VENV)/synced-dev
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .
	$(PY) -m mypy
	$(VENV)/bin/lint-imports
	$(VENV)/bin/squawk --config .ci/squawk.toml activities/store/migrations/sql/*.sql
	$(PY) -m pytest $(AT_ONCE) --cov --cov-report= $(COVERING)
	$(PY) -m coverage report --fail-under=100
	$(PY) -m pytest $(AT_ONCE) $(addprefix --ignore=,$(COVERING))

bench: $(VENV)/synced-bench
	$(PY) -m tests.benchmarks $(ARGS)

lock: $(UV)
	$(COMPILE) requirements/run.txt $(ARGS)
	$(COMPILE) requirements/dev.txt --group dev --constraint requirements/run.txt $(ARGS)
	$(COMPILE) requirements/bench.txt --group dev --group bench --constraint requirements/dev.txt $(ARGS)

# --- set-up: each lock holds the one before it, so a wider folder serves the narrower commands too

$(VENV)/synced-run: requirements/run.txt $(PY)
	$(call sync,run,run)

$(VENV)/synced-dev: requirements/dev.txt $(PY)
	$(call sync,dev,run dev)

$(VENV)/synced-bench: requirements/bench.txt $(PY)
	$(call sync,bench,run dev bench)

define sync
	rm -f $(VENV)/synced-*
	VIRTUAL_ENV=$(VENV) $(UV) pip sync --quiet --require-hashes requirements/$(1).txt
	touch $(addprefix $(VENV)/synced-,$(2))
endef

$(PY): | $(UV)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Locality needs Python 3.11 or later; name one with make PYTHON=...")'
	$(UV) venv --quiet --clear --python "$$(command -v $(PYTHON))" $(VENV)

$(OWN_UV):
	$(PYTHON) -m venv $(STATE)/uv
	$(STATE)/uv/bin/python -m pip install --quiet --require-hashes -r requirements/uv.txt
