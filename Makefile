# gradplot's everyday commands. `make` alone lists them.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
# Two levels of set-up, so that the demo does not wait for the test tools.
READY  := $(VENV)/.ready
DEV    := $(VENV)/.ready-dev
CODE   := src tests bench docs fuzz

.DEFAULT_GOAL := help
.PHONY: help demo test test-fast lint types format docs docs-check site gallery gallery-check \
        bench fuzz dist check clean

help: ## list the targets (what `make` alone does)
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1|\2/p' $(MAKEFILE_LIST) | \
	  while IFS='|' read -r name text; do printf '  make %-14s %s\n' "$$name" "$$text"; done

demo: $(READY) ## draw relu at depths 1, 2, 3: the picture relu.png and its table
	$(BIN)/gradplot relu --weight 8 --depths 1 2 3

test: $(DEV) ## run the whole test suite on every core (up to 8)
	$(BIN)/python -m pytest --numprocesses logical --maxprocesses 8 --dist worksteal

test-fast: $(DEV) ## run the tests that take no more than a few seconds each
	$(BIN)/python -m pytest --numprocesses logical --maxprocesses 8 -m "not slow"

lint: $(DEV) ## check style, formatting and which floor imports which
	$(BIN)/ruff check $(CODE)
	$(BIN)/ruff format --check $(CODE)
	$(BIN)/lint-imports

types: $(DEV) ## check the types
	$(BIN)/mypy

format: $(DEV) ## rewrite the code in the house format
	$(BIN)/ruff check --fix $(CODE)
	$(BIN)/ruff format $(CODE)

docs: $(DEV) ## write the generated pages, and what commands print in README.md and docs
	$(BIN)/python docs/commands.py
	$(BIN)/python docs/manifest.py
	$(BIN)/python docs/literature.py
	$(BIN)/python docs/readme.py

docs-check: $(DEV) ## fail if a generated page is out of date (what commands print is tested)
	$(BIN)/python docs/commands.py --check
	$(BIN)/python docs/manifest.py --check
	$(BIN)/python docs/literature.py --check

site: $(DEV) ## build the documentation into build/site, its pictures drawn by gradplot
	$(BIN)/sphinx-build -W --keep-going -q -j auto -d build/doctrees docs build/site

gallery: $(READY) ## redraw the pictures in examples/
	PATH="$(CURDIR)/$(BIN):$$PATH" examples/gallery.sh --force

gallery-check: $(READY) ## fail if a picture in examples/ is missing or out of date
	PATH="$(CURDIR)/$(BIN):$$PATH" examples/gallery.sh --check --any-version

bench: $(DEV) ## race scripts, gnuplot, Sollya, scipy, and write docs/BENCHMARKS.md; minutes
	$(BIN)/python -m bench $(BENCH)

fuzz: $(DEV) ## hold random brackets against other roads; FUZZ='--seed 7 --chains 10000'
	$(BIN)/python -m fuzz $(FUZZ)

dist: $(DEV) ## build the wheel and the sdist into dist/
	$(BIN)/python -m hatchling build

check: test lint types gallery-check docs-check site ## everything that must hold before a change is shared

clean: ## remove .venv and everything that was built
	rm -rf $(VENV) dist build relu.png .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find $(CODE) -name __pycache__ -type d -prune -exec rm -rf {} +

# A stamp is as new as the last successful set-up: pyproject.toml newer than it means again.
$(READY): pyproject.toml
	$(call install,.)
	@touch $@

$(DEV): pyproject.toml
	$(call install,.[dev])
	@touch $(READY) $@

define install
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo 'gradplot needs Python 3.11 or newer; name one, as in: make PYTHON=python3.12' >&2; exit 1; }
	@$(BIN)/python -c '' 2>/dev/null || $(PYTHON) -m venv --clear $(VENV)
	@echo 'setting up $(VENV) (once, and again when pyproject.toml changes) ...'
	@$(BIN)/python -m pip --disable-pip-version-check install --quiet --editable '$(1)'
endef
