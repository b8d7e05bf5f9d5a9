# Everything sets itself up in .venv: Python 3.11 or newer with venv and pip, and make, are enough.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/ready

.PHONY: test check soak mutants lock clean

$(READY): requirements.lock pyproject.toml
	@echo "Setting up .venv (a minute or two the first time) ..."
	@$(PYTHON) -m venv .venv
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $(READY)

test: $(READY) ## all tests
	$(BIN)/pytest -q -n 2 --dist worksteal

check: $(READY) ## style, types, import directions, rule files
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy engine api cli tests
	$(BIN)/lint-imports

soak: $(READY) ## longer simulations
	$(BIN)/pytest -q -m soak

lock: $(READY) ## compile requirements.lock anew from pyproject.toml
	$(BIN)/pip-compile --quiet --extra dev --generate-hashes --allow-unsafe --strip-extras --no-header \
		--no-annotate --no-emit-index-url --no-emit-trusted-host --no-emit-find-links \
		--output-file requirements.lock pyproject.toml

clean:
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
