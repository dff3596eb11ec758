# Everything a person types: `make demo` and `make test`. The rest is for people who change Kith.
PORT ?= 8000
SIZE ?= 100000
VENV := .venv
PY := $(VENV)/bin/python
PYTEST_ARGS ?=
LOCK_ARGS ?=
LOCK := --universal --no-strip-extras --python-version 3.12 --generate-hashes --no-emit-index-url --no-header --quiet $(LOCK_ARGS)

.PHONY: demo setup test bench lint format lock clean
.DELETE_ON_ERROR:

demo: $(VENV)/.base
	@$(PY) manage.py demo --port $(PORT)

# For running single tests, see CONTRIBUTING.md.
setup: $(VENV)/.test

test: $(VENV)/.test
	@$(PY) -m tests.run $(PYTEST_ARGS)

bench: $(VENV)/.test
	@$(PY) -m bench --size $(SIZE) $(BENCH_ARGS)

lint: $(VENV)/.test
	@$(PY) -m ruff check . && $(PY) -m ruff format --check . && $(VENV)/bin/djade --target-version 6.1 --check $$(git ls-files '*.html')
	@$(VENV)/bin/oxlint
	@$(PY) -m tests.type_check

format: $(VENV)/.test
	@$(PY) -m ruff check --fix . ; $(PY) -m ruff format . ; $(VENV)/bin/djade --target-version 6.1 $$(git ls-files '*.html')

# A marker is written last, so an interrupted install is done again and never taken for a whole one. Nothing here empties an
# environment: something may run from it.
$(VENV)/.base: requirements/base.lock bin/python-for-kith bin/environment
	@PYTHON="$(PYTHON)" sh bin/environment $(VENV)
	@touch $@

$(VENV)/.test: $(VENV)/.base requirements/test.lock
	@echo "Adding what the tests need ..."
	@$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/test.lock
	@touch $@

# Maintainers only: compile the locks from pyproject.toml. What is pinned stays while it still fits; LOCK_ARGS=--upgrade chooses
# every version again. The locks hold hashes, who asked for what, extras (the pip that comes with Python 3.12 wants them), and no
# download addresses.
lock:
	@python=$$(PYTHON="$(PYTHON)" sh bin/python-for-kith) && $$python -m venv var/lock && var/lock/bin/pip install --quiet uv
	@var/lock/bin/uv pip compile pyproject.toml $(LOCK) --output-file requirements/base.lock
	@var/lock/bin/uv pip compile --group test --group lint --constraints requirements/base.lock $(LOCK) --output-file requirements/test.lock

clean:
	rm -rf $(VENV) $(VENV)s var .pytest_cache .mypy_cache .ruff_cache .hypothesis htmlcov .coverage
