# `make serve` and `make test` need python3 (3.11 or newer, with venv), make and nothing else.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
LOCK := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
        --no-emit-index-url --no-emit-find-links --no-header --annotation-style line

# Versions of the generators that `make clients` tries; it needs npm and the package registries.
PYTHON_CLIENT := 0.29.1
TYPESCRIPT_CLIENT := 7.13.0

.PHONY: help serve test spark check openapi clients release lock clean

help: ## Say what there is
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/'

serve: $(VENV)/.serve ## Install, migrate, load the starter catalogue if empty, and serve
	@mkdir -p var
	@ENTENTE_DATABASE_URL="$${ENTENTE_DATABASE_URL:-sqlite:///var/entente.db}" exec $(BIN)/entente serve

# Tests start many processes: each would compile the same code again where none may be kept.
test: $(VENV)/.dev ## Run all tests
	PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest --numprocesses auto --dist worksteal

spark: $(VENV)/.spark ## Run the tests that need Spark; they need Java 17
	$(BIN)/python -m pytest tests/rollups/test_spark.py

check: $(VENV)/.dev ## Check style, types, dependencies, migrations and the OpenAPI document
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/deptry .
	@tmp=$$(mktemp -d) && trap 'rm -rf "$$tmp"' EXIT && \
	export ENTENTE_DATABASE_URL="sqlite:///$$tmp/check.db" && \
	$(BIN)/entente migrate && $(BIN)/alembic check && \
	$(BIN)/entente openapi "$$tmp/openapi.json" && \
	diff -u openapi/openapi.json "$$tmp/openapi.json" && echo "openapi/openapi.json is current"
	$(BIN)/hadolint Dockerfile
	$(BIN)/python openapi/compatibility.py openapi/released.json openapi/openapi.json

openapi: $(VENV)/.dev ## Write the examples and the OpenAPI document anew
	$(BIN)/python -m tests.examples app/data/examples.json
	$(BIN)/entente openapi openapi/openapi.json

# openapi-python-client must be told that JSON Lines are text.
clients: ## Generate a Python and a TypeScript client, to show that both come without a warning
	@tmp=$$(mktemp -d) && trap 'rm -rf "$$tmp"' EXIT && $(PYTHON) -m venv "$$tmp/venv" && \
	"$$tmp/venv/bin/pip" install --quiet --disable-pip-version-check openapi-python-client==$(PYTHON_CLIENT) ruff && \
	printf 'content_type_overrides:\n  application/jsonl: text/plain\n' > "$$tmp/python.yaml" && \
	PATH="$$tmp/venv/bin:$$PATH" openapi-python-client generate --path openapi/openapi.json \
	    --output-path "$$tmp/python" --config "$$tmp/python.yaml" --fail-on-warning && \
	cp openapi/openapi.json "$$tmp" && cd "$$tmp" && npm install --silent --no-audit --no-fund \
	    openapi-typescript@$(TYPESCRIPT_CLIENT) typescript@5 && \
	npx openapi-typescript openapi.json --output client.ts && npx tsc --noEmit --strict client.ts && \
	echo "both clients were generated without a warning"

release: ## Make the OpenAPI document the one that later ones must not break
	cp openapi/openapi.json openapi/released.json

lock: ## Lock the dependencies anew (needs uv)
	$(LOCK) requirements/build.in -o requirements/build.txt
	$(LOCK) pyproject.toml -c requirements/build.txt -o requirements/serve.txt
	$(LOCK) pyproject.toml --group dev -c requirements/serve.txt -o requirements/dev.txt
	$(LOCK) pyproject.toml --extra spark -c requirements/serve.txt -o requirements/spark.txt
	$(LOCK) pyproject.toml --extra traces -c requirements/serve.txt -o requirements/traces.txt
	$(LOCK) requirements/sbom.in -c requirements/build.txt -o requirements/sbom.txt

clean: ## Remove the environment; the database in var/ stays
	rm -rf $(VENV)

# A marker is touched only when everything before it worked, so a broken install is begun again.
$(VENV)/.serve: requirements/serve.txt requirements/build.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	{ echo "Entente needs Python 3.11 or newer; name one: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@echo "Installing into $(VENV); the first time takes about a minute"
	@$(PYTHON) -m venv $(VENV)
	@$(PIP) --require-hashes -r requirements/build.txt -r requirements/serve.txt
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.serve requirements/dev.txt
	@echo "Installing the development packages"
	@$(PIP) --require-hashes -r requirements/dev.txt
	@touch $@

$(VENV)/.spark: $(VENV)/.dev requirements/spark.txt
	@echo "Installing Spark; it is large"
	@$(PIP) --require-hashes -r requirements/spark.txt
	@touch $@
