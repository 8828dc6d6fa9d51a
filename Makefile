# Caseworks · 民情台. `make` alone lists what can be made.

VENV := .venv
BIN := $(VENV)/bin
# Not compiled on the way: half of what is installed is never read, and what is read is compiled then.
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --use-pep517 --no-compile --require-hashes
WORKERS ?= 2
# Hundreds of processes start in a run: what one of them compiled, the next one reads.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help demo demo-reset test suite lint style types settings format lock messages screenshots vendor

help: ## list what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(VENV)/.runtime ## set up and serve an invented office until Ctrl-C (PORT, DEMO_PASSWORD)
	@$(BIN)/python manage.py demo

demo-reset: $(VENV)/.runtime ## the same, beginning anew
	@$(BIN)/python manage.py demo --reset

test: $(VENV)/.tests ## everything: style, types, architecture, the suite on SQLite, and on PostgreSQL all that could come out differently there
	@$(MAKE) --no-print-directory --jobs $(WORKERS) lint suite
	$(BIN)/python -m tests.postgres -- pytest -n $(WORKERS) --dist worksteal --with-database

suite: $(VENV)/.tests
	$(BIN)/pytest -n $(WORKERS) --dist worksteal

lint: style types settings ## style, imports, types, templates, settings of a deployment, migrations

types: $(VENV)/.tests
	$(BIN)/mypy

style: $(VENV)/.tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	$(BIN)/djlint --quiet --check --lint templates

settings: $(VENV)/.tests
	data=$$(mktemp -d) && trap 'rm -r "$$data"' EXIT && \
	  CASEWORKS_DATA="$$data" HTTPS=True ALLOWED_HOSTS=desk.example $(BIN)/python manage.py check --deploy --fail-level WARNING
	$(BIN)/python manage.py makemigrations --settings tests.settings --check --dry-run

format: $(VENV)/.tests ## put code and templates in shape
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	$(BIN)/djlint --quiet --reformat templates || true

lock: $(VENV)/.tests ## refresh both lock files to the newest releases that fit
	$(call compile,requirements.lock)
	$(call compile,tests/requirements.lock,--extra test --constraint requirements.lock)

messages: $(VENV)/.tests ## gather the texts to translate, compile the translations (needs gettext)
	$(BIN)/python manage.py makemessages --settings tests.settings --locale zh_Hans --locale zh_Hant --ignore tests \
	  --add-location file --no-wrap --no-obsolete
	sed -i '/^"POT-Creation-Date:/d' locale/*/LC_MESSAGES/django.po
	$(BIN)/python manage.py compilemessages --settings tests.settings --ignore .venv

screenshots: $(VENV)/.tests ## the README's pictures, taken of the demo office
	$(BIN)/python -m tests.screenshots

vendor: $(VENV)/.runtime ## fetch vendored files again, as their locks say (needs npm)
	$(BIN)/python -m tests.vendor

compile = $(BIN)/uv pip compile pyproject.toml $(2) --output-file $(1) --upgrade --quiet --universal \
  --python-version 3.11 --fork-strategy fewest --generate-hashes --no-annotate --no-header

# Each of these files says when its step was last done; a changed lock file is installed again.

$(VENV)/.made:
	@for python in python3.11 python3 python3.12 python3.13; do \
	  if $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	    $$python -c 'import ensurepip, venv' 2>/dev/null || \
	      { echo "Python has no venv module. This brings it: apt-get install python3-venv" >&2; exit 1; }; \
	    $$python -m venv $(VENV) && touch $@ && exit 0 || exit 1; \
	  fi; \
	done; \
	echo "Caseworks needs Python 3.11 or newer, and found none. This brings it: apt-get install python3" >&2; exit 1

$(VENV)/.runtime: requirements.lock | $(VENV)/.made
	@echo "Installing what Caseworks needs into $(VENV) (once, about half a minute)…"
	@$(PIP) -r $<
	@touch $@

# All that is in the other lock file is in this one, too.
$(VENV)/.tests: tests/requirements.lock | $(VENV)/.made
	@echo "Installing what Caseworks and its tests need into $(VENV)…"
	@$(PIP) -r $<
	@touch $@ $(VENV)/.runtime
