# Everything a person types: `make demo` and `make test`. The rest is for maintainers.
PORT ?= 8000
SIZE ?= 100000
VENV := .venv
PY := $(VENV)/bin/python
PYTEST_ARGS ?=

.PHONY: demo test bench lint format lock clean
.DELETE_ON_ERROR:

demo: $(VENV)/.base
	@$(PY) manage.py demo --port $(PORT)

test: $(VENV)/.test
	@$(PY) -m tests.run $(PYTEST_ARGS)

bench: $(VENV)/.test
	@$(PY) -m bench --size $(SIZE) $(BENCH_ARGS)

lint: $(VENV)/.test
	@$(PY) -m ruff check . && $(PY) -m ruff format --check . && $(VENV)/bin/djade --target-version 6.0 --check $$(git ls-files '*.html')

format: $(VENV)/.test
	@$(PY) -m ruff check --fix . ; $(PY) -m ruff format . ; $(VENV)/bin/djade --target-version 6.0 $$(git ls-files '*.html')

# A marker is written last, so an interrupted install is done again and never taken for a whole one.
$(VENV)/.base: requirements/base.lock bin/python-for-kith
	@python=$$(PYTHON="$(PYTHON)" sh bin/python-for-kith) && \
	  echo "Setting up .venv with $$($$python -V) ..." && \
	  $$python -m venv --clear $(VENV) && \
	  $(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/base.lock
	@touch $@

$(VENV)/.test: $(VENV)/.base requirements/test.lock
	@echo "Adding what the tests need ..."
	@$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/test.lock
	@touch $@

# Maintainers only: choose versions again. The locks hold hashes and no download addresses.
lock:
	@python=$$(PYTHON="$(PYTHON)" sh bin/python-for-kith) && $$python -m venv var/lock && var/lock/bin/pip install --quiet uv
	@for group in base test; do \
	  var/lock/bin/uv pip compile requirements/$$group.in --upgrade --universal --python-version 3.12 --generate-hashes \
	    --no-emit-index-url --no-header --no-annotate --quiet --output-file requirements/$$group.lock || exit 1; done

clean:
	rm -rf $(VENV) var .pytest_cache .ruff_cache .hypothesis htmlcov .coverage
