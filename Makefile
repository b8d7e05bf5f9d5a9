# Every target sets up what it needs in .venv, and nothing outside this folder.
# Needs Python 3.11 or newer with pip, and make. Another interpreter: make test PYTHON=python3.13

PYTHON ?= python3
# How many processes run the tests.
WORKERS ?= 2
# More words for pytest, the measurements or the demo: make test ARGS="-k fade", make run ARGS="--members 60"
ARGS ?=

VENV := .venv
READY := $(VENV)/.ready
# Whatever keeps a machine from compiling, the sources run there.
COMPILE := $(VENV)/bin/python -m engine.native.build || true
CODE := $(wildcard engine api cli sulka_client tools tests bench)
TOML := $(wildcard rules config.toml)
# Twice quiet: errors only.
PIP_OPTIONS := --quiet --quiet --disable-pip-version-check --no-input

.PHONY: help run test check bench soak core client lock clean

help:
	@echo "make run     set up and serve the demo organization; Ctrl-C ends it, the next run goes on"
	@echo "make test    all tests, but for those that take minutes"
	@echo "make check   lint, format, types, import directions, rule files"
	@echo "make bench   the measurements behind the README's figures"
	@echo "make soak    the tests that take minutes"
	@echo "make core    compile the core, where a C compiler stands; run, test, bench and soak do it by themselves"
	@echo "make client  write the Python client's forms and calls anew, from the API"
	@echo "make lock    compile requirements.lock again; newer versions: make lock ARGS=--upgrade"
	@echo "make clean   remove .venv, what was compiled, and caches; data stays"

run: core
	@exec $(VENV)/bin/sulka demo $(ARGS)

# The tests start many processes over the same sources: what one has made of them, the next ones read.
test soak: export PYTHONDONTWRITEBYTECODE :=

test: core
	@$(VENV)/bin/pytest --quiet --numprocesses $(WORKERS) --dist worksteal $(ARGS)

check: $(READY)
	@echo "ruff check"
	@$(VENV)/bin/ruff check --quiet .
	@echo "ruff format"
	@$(VENV)/bin/ruff format --quiet --check .
	@echo "mypy"
	@$(VENV)/bin/mypy --no-error-summary $(CODE)
	@echo "imports"
	@$(VENV)/bin/lint-imports --no-cache --no-logo
ifneq ($(TOML),)
	@echo "rule files"
	@$(VENV)/bin/tombi lint --offline --quiet --error-on-warnings $(TOML)
endif

bench: core
	@$(VENV)/bin/python -m bench $(ARGS)

soak: core
	@$(VENV)/bin/pytest -m soak -o faulthandler_timeout=1200 $(ARGS)

# Nothing to do, and nothing said, where just these sources have been compiled.
core: $(READY)
	@$(COMPILE)

client: $(READY)
	@$(VENV)/bin/python -m tools.client

lock: $(READY)
	@CUSTOM_COMPILE_COMMAND="make lock" $(VENV)/bin/pip-compile --quiet --extra dev --generate-hashes --allow-unsafe \
		--strip-extras --no-emit-options --no-emit-index-url --no-emit-trusted-host --no-emit-find-links \
		--output-file requirements.lock $(ARGS) pyproject.toml
	@echo "requirements.lock is compiled"

clean:
	@rm -rf $(VENV) build sulka.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The packages come by the interpreter's own pip, so that Debian's Python needs no python3-venv.
$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "$(PYTHON) is not Python 3.11 or newer. Name another one: make PYTHON=python3.12 …" >&2; exit 1; }
	@$(PYTHON) -m pip --version > /dev/null 2>&1 || { \
		echo "$(PYTHON) has no pip. On Debian: apt install python3-pip" >&2; exit 1; }
	@echo "Setting up, 1 of 4: an environment in $(VENV)"
	@$(VENV)/bin/python -c '' 2> /dev/null || $(PYTHON) -m venv --clear --without-pip $(VENV)
	@echo "Setting up, 2 of 4: the packages of requirements.lock (a minute or two, once)"
	@$(PYTHON) -m pip --python $(VENV)/bin/python install $(PIP_OPTIONS) --require-hashes -r requirements.lock
	@echo "Setting up, 3 of 4: Sulka itself"
	@$(VENV)/bin/python -m pip install $(PIP_OPTIONS) --no-deps --no-build-isolation --editable .
	@touch $@
	@echo "Setting up, 4 of 4: the core, compiled to C"
	@$(COMPILE)
