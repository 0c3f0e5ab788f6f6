# Every target does its own set-up: .venv, pinned packages, a browser, Chinese fonts.
# Done once, it is remembered in .venv/*.stamp, so that the next run is quick and needs no network.

VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip --disable-pip-version-check --no-input
PACKAGES := $(VENV)/packages.stamp
BROWSER := $(VENV)/browser.stamp
FULL_BROWSER := $(VENV)/full-browser.stamp

.DEFAULT_GOAL := help
.NOTPARALLEL:
.DELETE_ON_ERROR:
.PHONY: help demo test long check bench bench-sweep bench-intake bench-server faults torture crowd endurance manual lock clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(BROWSER) ## file the sample input on the replica, through a real browser
	$(VENV)/bin/ywtb demo $(ARGS)

PYTEST := $(PY) -m pytest -n 2 --dist loadfile

test: $(BROWSER) ## run the tests but the long ones; ARGS=... goes to pytest
	$(PYTEST) -m "not long" tests/unit tests/packaging $(ARGS)
	$(PYTEST) -m "not long" tests/replica $(ARGS)
	$(PYTEST) -m "not long" tests/screen tests/toolkits $(ARGS)
	$(PYTEST) -m "not long" tests/flows $(ARGS)
	$(PYTEST) -m "not long" tests/cli $(ARGS)

long: $(BROWSER) $(FULL_BROWSER) ## run the long tests; both kinds of browser take part
	$(PYTEST) -m long tests/unit tests/packaging $(ARGS)
	$(PYTEST) -m long tests/screen tests/toolkits $(ARGS)
	$(PYTEST) -m long tests/flows $(ARGS)
	$(PYTEST) -m long tests/cli $(ARGS)

check: $(PACKAGES) ## style, types, import rules
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy
	$(VENV)/bin/lint-imports

N ?= 200
SEED ?= 1
torture: $(BROWSER) ## kill the program N times at every boundary and at any moment, resume it, and count what the portal then holds
	$(PY) -m tests.torture -n $(N) --seed $(SEED)

crowd: $(BROWSER) ## two programs at one account at the same time, on SQLite and PostgreSQL: what the portal saw of it
	$(PY) -m tests.crowd $(ARGS)

endurance: $(BROWSER) ## fifty cases by one program, what it leaves behind, and how its memory grows
	$(PY) -m tests.endurance $(ARGS)

faults: $(BROWSER) ## every fault of the replica against every business type: a table; ARGS="--write docs/faults.md" keeps it
	$(PY) -m tests.faults $(ARGS)

bench: $(BROWSER) ## measure: a line each, name and ratio
	$(PY) -m tests.benchmarks $(ARGS)

bench-sweep: $(BROWSER) ## a sweep of 2,000 groups against plain Playwright and bare page loads
	$(PY) -m tests.benchmarks.sweep $(ARGS)

bench-intake: $(PACKAGES) ## read a workbook of 10,000 members and 20,000 attachments: seconds and megabytes
	$(PY) -m tests.benchmarks.intake $(ARGS)

# Each is measured, also when one before it was over its limit.
bench-server: $(BROWSER) ## many accounts, a waiting server, a long history: figures and their limits
	@over=0; for one in many_accounts idle history; do \
		echo "$(PY) -m tests.benchmarks.$$one"; $(PY) -m tests.benchmarks.$$one || over=1; done; exit $$over

manual: $(PACKAGES) ## which rows of the portal's manual are covered by which tests
	$(PY) -m tests.manual $(ARGS)

# The settings of this machine's pip are left out: a local wheel's hash would be good nowhere else.
lock: $(PACKAGES) ## write requirements.lock anew from pyproject.toml
	test -x $(VENV)/lock/bin/pip-compile || { $(PY) -m venv $(VENV)/lock && \
		$(VENV)/lock/bin/python -m pip install -q --disable-pip-version-check "pip-tools>=7.5"; }
	env -u PIP_FIND_LINKS -u PIP_EXTRA_INDEX_URL PIP_CONFIG_FILE=/dev/null CUSTOM_COMPILE_COMMAND="make lock" \
		$(VENV)/lock/bin/pip-compile -q --generate-hashes --extra dev --strip-extras --allow-unsafe \
		--no-emit-index-url --no-emit-trusted-host --no-emit-find-links \
		--output-file requirements.lock pyproject.toml $(ARGS)

clean: ## remove everything made here
	rm -rf $(VENV) build dist test-results .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/python.stamp:
	sh tools/make_venv.sh $(VENV)
	@touch $@

$(PACKAGES): requirements.lock pyproject.toml $(VENV)/python.stamp
	$(PIP) install -q --require-hashes -r requirements.lock
	$(PIP) install -q --no-deps --no-build-isolation -e .
	@touch $@

$(BROWSER): $(PACKAGES)
	$(PY) -m rpa.browser
	@touch $@

$(FULL_BROWSER): $(PACKAGES)
	$(PY) -m rpa.browser --full
	@touch $@
