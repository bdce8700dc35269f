# The entry points for people and for CI alike. Needs python3 (any version that runs pip) and a shell; uv, which the
# first run installs where it is missing, brings everything else, Python 3.13 included.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help setup run stop demo test test-full check fmt lock docs backup bench cost deploy doctor migrate restore secrets

UV := $(shell if uv --version >/dev/null 2>&1; then echo uv; else echo python3 -m uv; fi)
export PYTHONPATH := functions:layers/core
export SAM_CLI_TELEMETRY := 0
export PIP_DISABLE_PIP_VERSION_CHECK := 1
PYTHON := .venv/bin/python

help: ## say what there is
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):[^#]*## /  make \1|/' | awk -F'|' '{printf "%-20s %s\n", $$1, $$2}'

# Done again only when what it installs from has changed.
.venv/ready: pyproject.toml uv.lock .python-version
	@python3 -c 'import sys; sys.exit(0 if sys.version_info >= (3, 8) else "Python 3.8 or later is needed to begin; 3.13 is then fetched by uv.")'
	@$(UV) --version >/dev/null 2>&1 || { echo "Installing uv ..."; python3 -m pip install --quiet uv \
	  || python3 -m pip install --quiet --user --break-system-packages uv; } \
	  || { echo "uv cannot be installed: see https://docs.astral.sh/uv/getting-started/installation/"; exit 1; }
	@echo "Installing the project's tools ..."
	@$(UV) sync --locked --quiet || { echo "Python 3.13 or a package is missing and cannot be fetched: the line above says which. Install Python 3.13, or go online once."; exit 1; }
	@touch $@

setup: .venv/ready ## install everything that is needed

run: .venv/ready ## start the whole system on this machine, until Ctrl-C
	@exec $(PYTHON) -m infra.local.run

stop: .venv/ready ## end the system that runs in the background
	@$(PYTHON) -m infra.local.run --stop

demo: .venv/ready ## play a raid night against the running system
	@$(PYTHON) -m infra.local.demo

test: .venv/ready ## every suite at its everyday size
	@$(PYTHON) -m pytest -q -n auto --dist loadgroup -m "not full" --roles hold

# What keeps both cores busy by itself and measures neither memory nor time.
SIDE_BY_SIDE := tests/faults tests/unit/dashboard/test_contract.py

test-full: .venv/ready ## the proofs that take minutes
	@$(PYTHON) -m pytest -q -m full $(addprefix --ignore=,$(SIDE_BY_SIDE))
	@$(PYTHON) -m pytest -q -m full -n auto $(SIDE_BY_SIDE)

check: .venv/ready ## lint, types, import contracts, templates and documents; changes nothing
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m mypy
	.venv/bin/lint-imports
	$(PYTHON) -m infra.api_docs --check
	$(PYTHON) -m pytest -q --no-header --durations=0 --durations-min=9 tests/integration/test_docs.py \
	  tests/unit/dashboard/test_api_docs.py tests/unit/dashboard/test_authorisation.py::test_every_operation_has_a_row_and_no_row_is_left_over
	.venv/bin/cfn-lint -r eu-central-1 -t infra/observability.yaml infra/backup.yaml infra/deploy_role.yaml
	AWS_DEFAULT_REGION=eu-central-1 $(PYTHON) -m infra.local.tools sam validate --lint
	$(PYTHON) -m infra.check_templates
	$(PYTHON) -m infra.local.tools zizmor --offline --quiet .github/workflows

fmt: .venv/ready ## format, and mend what lint can mend
	$(PYTHON) -m ruff check --fix-only .
	$(PYTHON) -m ruff format .

lock: .venv/ready ## export uv.lock to the layers' requirements
	@for layer in core dashboard reporting; do \
	  { echo "# Exported from uv.lock by \`make lock\`."; \
	    $(UV) export --quiet --locked --only-group $$layer --no-hashes --no-annotate --no-header; } \
	  > layers/$$layer/requirements.txt || exit 1; done

docs: .venv/ready ## generate API_DOCS.md from the API itself
	$(PYTHON) -m infra.api_docs

bench: .venv/ready ## measure speed and cost side by side with bare handlers
	$(PYTHON) -m tests.benchmarks

deploy: check ## build and deploy to AWS: make deploy STAGE=dev
	@$(PYTHON) -m infra.deploy "$(STAGE)"

secrets: .venv/ready ## put the bot token and client secret, asked for here: make secrets STAGE=dev
	@$(PYTHON) -m infra.put_secrets "$(STAGE)"

backup: .venv/ready ## write an archive of the table: make backup STAGE=dev [GUILD=...] [TABLE=...] [TO=file] [RATE=units a second]
	@$(PYTHON) -m infra.backup "$(STAGE)" --guild "$(GUILD)" --table "$(TABLE)" --to "$(TO)" --rate "$(or $(RATE),0)"

restore: .venv/ready ## put an archive's items back, telling nobody: make restore STAGE=dev FROM=file [GUILD=...]
	@$(PYTHON) -m infra.restore "$(STAGE)" "$(FROM)" --guild "$(GUILD)"

migrate: .venv/ready ## bring the table to the newest shape: make migrate STAGE=dev [DRY_RUN=1] [RATE=units a second]
	@$(PYTHON) -m infra.migrate "$(STAGE)" $(if $(DRY_RUN),--dry-run) --rate "$(or $(RATE),0)"

doctor: .venv/ready ## say what is wrong with a stage and how to mend it: make doctor STAGE=dev, or STAGE=local
	@$(PYTHON) -m infra.doctor "$(STAGE)"

cost: .venv/ready ## say what a month costs: make cost [MEMBERS=50] [EVENTS=3 a week] [GUILDS=1]
	@$(PYTHON) -m tests.benchmarks.cost --members "$(or $(MEMBERS),50)" --events "$(or $(EVENTS),3)" --guilds "$(or $(GUILDS),1)"
