# Vignette. `make up` starts the site, `make test` runs the tests, `make help` lists all targets.

PORT ?= 8080
STATE ?= var
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV := $(BIN)/uv pip
STACK := PYTHONPATH=deploy/native $(BIN)/python -m stack
MEMBERS := shared cli services/gateway services/photos services/tagger-worker services/trainer
LOCKS := gateway photos tagger-worker trainer
WEB_SOURCES := $(shell find web/src web/public web/tools web/index.html web/*.ts web/package.json -type f 2>/dev/null)

.PHONY: help
help: ## show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-16s %s\n", $$1, $$2}'
	@echo; echo "  PORT=$(PORT) and STATE=$(STATE) set the port and the state folder: make up PORT=9000 STATE=/some/folder"

# --- run ------------------------------------------------------------------------------------------

.PHONY: up down status logs run demo
up: setup ## install, build and start everything in the background; print the address
	@$(STACK) up --port $(PORT) --state "$(STATE)"

down: $(VENV)/.installed ## stop everything that `make up` started
	@$(STACK) down --state "$(STATE)"

status: $(VENV)/.installed ## show the processes
	@$(STACK) status --state "$(STATE)"

logs: $(VENV)/.installed ## follow all logs until Ctrl-C
	@$(STACK) logs --state "$(STATE)"

run: setup ## run everything in the foreground until Ctrl-C
	@$(STACK) run --port $(PORT) --state "$(STATE)"

demo: $(VENV)/.installed ## upload a dozen photos as a demo account and print their tags (PHOTOS=folder)
	@PYTHONPATH=deploy/native $(BIN)/python -m stack.demo --address "http://127.0.0.1:$(PORT)" --state "$(STATE)" $(if $(PHOTOS),--photos "$(PHOTOS)")

# --- train ----------------------------------------------------------------------------------------

# Without DATA, MIRFLICKR-25K is downloaded. BACKBONE is `starter`, `imagenet`, `production`, the name of a published
# backbone or a fingerprint. Every step resumes after an interruption.
DATA ?=
BACKBONE ?= starter
CONFIG ?= best
TRAINER := $(BIN)/python -m trainer.cli
DOWNLOADS = $(STATE)/trainer/mirflickr25k

.PHONY: train
train: $(VENV)/.installed ## train on annotated photos and publish the version (DATA=folder BACKBONE=starter CONFIG=best)
	@$(if $(DATA),,$(TRAINER) dataset download "$(DOWNLOADS)" --no-unpack)
	@$(if $(filter imagenet,$(BACKBONE)),$(TRAINER) backbone import imagenet --registry "$(STATE)/registry" $(if $(BACKBONE_FILE),--file "$(BACKBONE_FILE)"))
	@$(TRAINER) pipeline --data "$(or $(DATA),$(DOWNLOADS))" --registry "$(STATE)/registry" --work "$(STATE)/trainer" \
	  --backbone "$(BACKBONE)" --config "$(CONFIG)" --starter shared/starter

# --- set up ---------------------------------------------------------------------------------------

.PHONY: setup setup-test
setup: $(VENV)/.installed web/dist/index.html ## install locked dependencies, build the web app, find Redis
	@deploy/native/ensure-redis $(BIN)

setup-test: setup
	@deploy/native/ensure-packages chromium postgresql

$(VENV)/.installed: requirements/dev.lock $(MEMBERS:%=%/pyproject.toml)
	@echo "Installing Python packages ..."
	@deploy/native/make-venv "$(PYTHON)" $(VENV) requirements/dev.lock
	@$(UV) sync --quiet --system-certs --require-hashes requirements/dev.lock --python $(BIN)/python
	@$(UV) install --quiet --no-deps --no-build-isolation $(MEMBERS:%=-e ./%) --python $(BIN)/python
	@touch $@

web/node_modules/.installed: web/package-lock.json
	@echo "Installing the web app's packages ..."
	@cd web && npm ci --no-audit --no-fund --silent
	@touch $@

web/dist/index.html: web/node_modules/.installed $(WEB_SOURCES)
	@echo "Building the web app ..."
	@cd web && npm run --silent build
	@touch $@

# --- check ----------------------------------------------------------------------------------------

# `code-figures` compares with this revision.
SINCE ?= HEAD

# WORKERS test processes run side by side; each needs about 2 GB. Three keep two cores busy, because most tests wait for
# other processes. WORKERS=0 runs all in one process.
# See docs/decisions/0034.
WORKERS ?= 3
PARALLEL := -n $(WORKERS) --dist loadfile --no-loadscope-reorder

.PHONY: test unit coverage lint lint-python lint-web test-web format test-compose bench bench-web code-figures screenshots
test: setup-test ## run every test that needs neither Docker nor a GPU (WORKERS=3 processes)
	@$(MAKE) --jobs 2 $(filter --output-sync,$(.FEATURES:%=--%)) lint test-web
	@$(BIN)/python -m pytest tests $(PARALLEL) $(PYTEST)

unit: $(VENV)/.installed ## run the fast tests
	@$(BIN)/python -m pytest tests/unit tests/contract $(PARALLEL) $(PYTEST)

coverage: setup-test ## run the tests with branch coverage of the services
	@$(BIN)/python -m pytest tests --cov --cov-report=term:skip-covered $(PARALLEL) $(PYTEST)

lint: lint-python lint-web ## run ruff, mypy, import-linter, biome, tsc and the bundle size check

lint-python: $(VENV)/.installed
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache
	@deploy/native/check-contract $(BIN)

lint-web: web/node_modules/.installed web/dist/index.html
	@cd web && npm run --silent lint

test-web: web/node_modules/.installed
	@cd web && npm test --silent

format: $(VENV)/.installed ## format the code with ruff and biome
	@$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format --quiet .
	@cd web && npm run --silent format

test-compose: $(VENV)/.installed ## build the images, start docker-compose.yml, upload to it, stop it (needs Docker)
	@$(BIN)/python -m pytest tests/compose --override-ini "norecursedirs=.*" --timeout 3600 $(PYTEST)

bench: setup ## measure, write bench/results.json, fail on a missed floor (ONLY=vision,stack)
	@PYTHONPATH=deploy/native $(BIN)/python -m bench

bench-web: setup-test ## measure the pages in headless Chromium and write bench/web.json
	@PYTHONPATH=deploy/native $(BIN)/python -m bench.web_figures

code-figures: $(VENV)/.installed ## compare the code of a revision with the working tree (SINCE=revision)
	@$(BIN)/python -m bench.code_figures $(SINCE)

screenshots: setup-test ## take the screenshots in docs/screenshots from a real stack
	@$(BIN)/python docs/screenshots/take.py

# --- upkeep ---------------------------------------------------------------------------------------

.PHONY: lock openapi env-example starter publish-starter clean
lock: ## resolve all dependencies and write requirements/*.lock
	@deploy/native/lock $(BIN) $(LOCKS)

openapi: $(VENV)/.installed ## write the generated operations, web/openapi.json and the web app's types
	@$(BIN)/python -m photos.openapi services/gateway/src/gateway/operations.json
	@$(BIN)/python -m gateway.openapi web/openapi.json
	@cd web && npm run --silent api

env-example: $(VENV)/.installed ## write .env.example from the settings
	@$(BIN)/python -m vignette_shared.settings > .env.example

publish-starter: $(VENV)/.installed ## publish the included model if none is in production, or a damaged one
	@$(STACK) publish-starter --state "$(STATE)"

clean: ## remove build outputs and the environment; keep the state folder
	@rm -rf $(VENV) web/node_modules web/dist build .mypy_cache .ruff_cache .pytest_cache
