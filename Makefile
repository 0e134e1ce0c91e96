# make run    the whole room on this machine
# make test   everything proved; test-fast is what needs no browser and no patience
# make check  format, lint, types, and the city's file
# make bench  speed, as ratios in one run
# make pictures  the wall in every state, into docs/wall

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export UV_PYTHON_DOWNLOADS := never
UV_VERSION := 0.13.9
# Where it is set, every process compiles all libraries anew, and the program takes twice as long to start.
unexport PYTHONDONTWRITEBYTECODE
PYTEST := $(BIN)/python -m pytest
WITHOUT_BROWSER := -p no:playwright --ignore=tests/browser --dist=worksteal

.PHONY: run test test-fast test-patient test-browser test-slow check bench pictures format requirements clean

run: $(VENV)/run.stamp
	@exec $(BIN)/python app.py run

# The last two mostly wait, so they wait together; a browser's loop and ours cannot share a process anyway.
test: $(VENV)/dev.stamp
	@$(BIN)/python tests/browsers.py
	@$(MAKE) --no-print-directory test-fast
	@$(MAKE) --no-print-directory --jobs=2 --output-sync=target test-patient test-browser

# More processes than processors: some of them always wait.
test-fast: $(VENV)/dev.stamp
	@$(PYTEST) $(WITHOUT_BROWSER) --numprocesses=4 -m "not slow and not patient"

test-patient: $(VENV)/dev.stamp
	@$(PYTEST) $(WITHOUT_BROWSER) --numprocesses=2 -p no:cacheprovider -m "patient and not slow"

test-browser: $(VENV)/dev.stamp
	@$(PYTEST) --numprocesses=2 --dist=loadfile -p no:cacheprovider -m "not slow" tests/browser

test-slow: $(VENV)/dev.stamp
	@$(BIN)/python tests/browsers.py
	@$(PYTEST) -m slow

check: $(VENV)/dev.stamp
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy .
	@$(BIN)/python app.py check

bench: $(VENV)/dev.stamp
	@$(BIN)/python tests/browsers.py
	@$(BIN)/python -m tests.bench

pictures: $(VENV)/dev.stamp
	@$(BIN)/python tests/browsers.py
	@$(BIN)/python -m tests.browser.pictures

format: $(VENV)/dev.stamp
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

$(VENV)/uv.stamp:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed; $(PYTHON) is $$($(PYTHON) -V 2>&1). Try: make PYTHON=python3.12 run"; exit 1; }
	@$(PYTHON) -m venv $(VENV) \
	  || { rm -rf $(VENV); echo "Python cannot make environments here. On Debian and Ubuntu: apt-get install python3-venv"; exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check "uv==$(UV_VERSION)"
	@touch $@

$(VENV)/run.stamp: requirements.txt $(VENV)/uv.stamp
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements.txt
	@touch $@

$(VENV)/dev.stamp: requirements-dev.txt $(VENV)/run.stamp
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements-dev.txt
	@touch $@

# After a change of pyproject.toml: write down what it means, with hashes and without any host.
requirements: $(VENV)/uv.stamp
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header \
	  --no-annotate pyproject.toml -o requirements.txt
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header \
	  --no-annotate --extra dev pyproject.toml -c requirements.txt -o requirements-dev.txt

clean:
	rm -rf $(VENV) var .pytest_cache .mypy_cache .ruff_cache
