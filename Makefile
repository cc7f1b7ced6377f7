# The two commands a newcomer needs are `make demo` and `make test`.
PY ?= python3
# Bytecode is kept: without it every process started by the demo or a test compiles the whole house again.
export PYTHONDONTWRITEBYTECODE :=
VENV := .venv
BIN := $(VENV)/bin
WORKERS ?= 4
SEED ?= 1
N ?= 100

.PHONY: help install demo test coverage mutants lives invoices lint types house bench screenshots roll chart fuzz sbom audit lock clean

help: ## what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | sort | expand -t 14

$(VENV)/.ready: requirements.lock pyproject.toml
	$(PY) -m venv $(VENV)
	@awk '/^[a-z]/ { wanted = /^uv==/ } wanted' requirements.lock > $(VENV)/uv.lock
	@$(BIN)/python -m pip install --quiet --require-hashes -r $(VENV)/uv.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements.lock \
	  || $(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

install: $(VENV)/.ready ## install what is missing into .venv

demo: install ## start everything embedded and follow the example job to its end
	$(BIN)/allin up --demo --day 0.3 --declare examples/concert.yaml

test: install ## the whole test suite
	$(BIN)/pytest -n $(WORKERS) --dist loadgroup

coverage: install ## branch coverage of domain/ and storage/ by their own tests, with its floor
	$(BIN)/pytest -n 2 tests/domain tests/services tests/storage --cov --cov-report=term:skip-covered

mutants: install ## changes one thing at a time in the rules and asks whether a test notices, see docs/operations/mutants.md
	rm -rf mutants # names of tests kept from an earlier run may be gone
	$(BIN)/mutmut run --max-children 2
	$(BIN)/mutmut results | grep survived || true

lives: install ## many drawn lives in one process, for instance SEED=2 N=300
	$(BIN)/python -m tests.lives --seed $(SEED) --n $(N)

invoices: install ## the invoices of drawn declarations under the official Peppol and EN 16931 rules, for instance SEED=2 N=300
	$(BIN)/python -m tests.documents.drawn_invoices --seed $(SEED) --n $(N)

lint: install ## style, import rules, code that nobody calls
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/python -m tests.dead_code

types: install ## mypy --strict
	$(BIN)/mypy

bench: install ## speed as ratios, see docs/benchmarks.md
	$(BIN)/python -m bench

screenshots: install ## the README's pictures, taken from the demonstration with Chromium
	$(BIN)/python -m tests.e2e.pictures

roll: install ## the wheel of the release before and today's: forward, back and forward with jobs under way, for instance FROM=v0.1.0
	$(BIN)/python -m tests.production.roll $(if $(FROM),--from $(FROM))

chart: ## lint and render the Helm chart with Helm's own library, each object against Kubernetes' schemas
	$(PY) -m venv var/chart
	var/chart/bin/pip install --quiet helm-python-sdk==0.2.2 kubernetes-validate==1.37.0
	var/chart/bin/python deploy/helm/check.py

fuzz: install ## every route with every role, and broken files, for instance N=200
	FUZZ=$(N) $(BIN)/pytest -n 0 tests/api/test_contract.py tests/services/test_mutated_files.py

sbom: install ## the bill of materials of the lock (CycloneDX), in var/sbom.json
	@mkdir -p var
	$(BIN)/python -m allin.bill_of_materials var/sbom.json

audit: install ## known holes in what is locked; needs the advisories of PyPI
	$(BIN)/python -m allin.advisories

lock: install ## renew requirements.lock from pyproject.toml
	$(BIN)/python -m uv pip compile pyproject.toml --extra embedded --group dev --universal --generate-hashes \
	  --no-emit-index-url --no-header --quiet --upgrade --output-file requirements.lock

clean: ## remove what the demo and the tests leave behind
	rm -rf var .pytest_cache .mypy_cache .ruff_cache
