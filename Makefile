# Every target sets up what it needs by itself on a bare Debian or Ubuntu that has make, python3 (3.11 to 3.14) and
# python3-venv, and is quick when nothing changed. ARGS goes to the program behind the target:
#
#   make demo                     a whole exam on this machine, with you as the test taker
#   make demo ARGS="--unattended --seconds 20 --out OUT"
#   make test ARGS=tests/unit     the tests of one folder
#   make bench ARGS=start         one benchmark
#   make help                     every target
#
# PYTHON=/path/to/python3.12 names the interpreter where the system's own is too old.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

ARGS ?=
SOAK_SECONDS ?= 14400
SOAK_KILLS ?= 30
attacks := tests/unit/attacks tests/unit/crypto/test_sealer_crash.py tests/vectors/test_format_page.py \
  tests/unit/institution/keys/test_passphrases.py tests/unit/delivery/test_outbox.py \
  $(wildcard tests/contract/test_attack_*.py)
drawn := tests/property tests/unit/events/test_vocabulary.py tests/unit/institution/wording/test_event_words.py \
  tests/unit/institution/recordings/test_long_groups.py tests/unit/institution/export/test_samples.py
bin := .venv/bin
environment := .venv/.installed

# The client refuses to run as root, because the web engine's sandbox is off there. Containers have nobody else.
ifeq ($(shell id -u),0)
export INVIGILO_ALLOW_ROOT := 1
endif

# Containers often forbid byte code. Each start of a program would compile all of it again then: twice the time to start,
# and the tests start hundreds.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help demo test lint bench mutants bundle soak screenshots languages test-windows clean distclean
.PHONY: set-up system-demo system-test models

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "make %-14s %s\n", $$1, $$2}' Makefile

demo: system-demo $(environment) models ## a whole exam on this machine, recorded, sealed, delivered, opened again
	$(bin)/invigilo demo $(ARGS)

test: system-test $(environment) models ## the test suite, or with ARGS a part of it
ifeq ($(ARGS),)
	$(bin)/python tests/phases.py
else
	$(bin)/python -m pytest --durations=15 $(ARGS)
endif

lint: $(environment) ## style, types on three platforms, floors, unused code, lock
	@status=0; check() { echo "lint: $$*"; "$(bin)/$$@" || status=1; }; \
	check ruff check .; \
	check ruff format --check .; \
	for platform in linux win32 darwin; do \
	  check mypy --platform $$platform --cache-dir .mypy_cache/$$platform; \
	done; \
	check lint-imports; \
	check vulture; \
	check python installer/sentences.py --check; \
	check python installer/error_codes.py --check; \
	if grep -nE '://|^-|^ *--(index|find|extra)| @ ' requirements.lock installer/bootstrap.lock tests/windows/python.lock; then \
	  echo "lint: a lock names an address or an option; it may hold versions and hashes only" >&2; status=1; \
	fi; \
	exit $$status

bench: system-test $(environment) models ## measures the programs beside their peers; ARGS=NAME for one
	$(bin)/python tests/bench/__main__.py $(ARGS)

bundle: system-test $(environment) models ## the three programs as folders that need no Python, in dist/
	$(bin)/python installer/bundle.py $(ARGS)

mutants: system-test $(environment) models ## small changes to the code, and how many a unit test notices; ARGS=NAME for one package, ARGS=all for every change
	$(bin)/python tests/mutation/__main__.py $(ARGS)

soak: system-test $(environment) models ## attacks in full, long recordings, an exam killed SOAK_KILLS times, one of SOAK_SECONDS (four hours)
	INVIGILO_SOAK=1 $(bin)/python -m pytest --timeout=3600 -o faulthandler_timeout=0 $(attacks) $(drawn)
	INVIGILO_SOAK=1 $(bin)/python -m pytest -s -o faulthandler_timeout=0 tests/faults/test_long_session.py
	INVIGILO_SOAK=1 $(bin)/python -m pytest -s --timeout=3600 -o faulthandler_timeout=0 tests/faults/test_lockdown_kill_points.py tests/faults/test_opponent.py \
	  tests/faults/test_quiet_sittings.py tests/window/test_within_reach.py \
	  tests/end_to_end/test_kiosk_session.py
	INVIGILO_SOAK=1 $(bin)/python -m pytest -s --timeout=3600 tests/end_to_end/test_environment_made.py tests/faults/test_broken_environments.py
	INVIGILO_KILLS=$(SOAK_KILLS) $(bin)/python -m pytest -s -o faulthandler_timeout=0 tests/faults/test_whole_exam_killed.py
	$(bin)/invigilo demo --unattended --seconds $(SOAK_SECONDS) --out build/soak $(ARGS)

screenshots: system-test $(environment) ## pictures of every window in every size, into resources/screenshots/
	INVIGILO_SAVE_SCREENSHOTS=1 $(bin)/python -m pytest tests/window/test_screenshots.py tests/window/test_check_in_screenshots.py \
		tests/window/test_material_screenshots.py $(ARGS)

languages: $(environment) ## every sentence for people, collected for translators, and ERRORS.md
	$(bin)/python installer/sentences.py
	$(bin)/python installer/error_codes.py

test-windows: $(environment) ## the parts for Windows, run in a Windows Python under Wine
	@installer/system-packages.sh windows || echo "test-windows: going on with what is there" >&2
	tests/windows/run.sh $(ARGS)

clean: ## removes what was built, measured or cached; keeps .venv and the models
	rm -rf build dist demo-out tests/bench/results .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage*
	find app capture crypto installer lockdown resources tests ui -name __pycache__ -type d -prune -exec rm -rf {} +

distclean: clean ## removes .venv and the models too
	rm -rf .venv resources/models/*.tflite resources/models/LICENSE.mediapipe

set-up: system-test $(environment) models ## everything the other targets need, and nothing more

# The system packages are asked for each time (a tenth of a second): a stamp would not notice one that was removed.
system-demo:
	@installer/system-packages.sh runtime demo

system-test: system-demo
	@installer/system-packages.sh test

models: $(environment)
	@$(bin)/python resources/models/fetch.py --optional

$(environment): requirements.lock installer/bootstrap.lock installer/environment.sh pyproject.toml
	@installer/environment.sh
	@touch $@
