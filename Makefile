# Every target makes the environment that it needs; the second run finds it ready.
PYTHON ?= python3
BUNDLE ?= bundle
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: serve test check eval bench soak bundle

serve: $(READY)
	@$(BIN)/coopqa serve

# Formatting, lint, types, import contracts, and the fast tests.
check: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -m "not browser and not soak"

# Everything that a change must pass.
test: $(READY)
	@$(PYTHON) -m scripts.chromium
	@$(PYTHON) -m scripts.postgresql
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -m "not browser and not soak"
	$(BIN)/pytest -m browser
	$(BIN)/coopqa eval run cooperation --against eval/baselines/cooperation

# Measures on the shipped question set, as tables; the report lies beside the run.
eval: $(READY)
	@$(BIN)/coopqa eval run cooperation

bench: $(READY)
	@$(BIN)/coopqa bench

# The long runs; those of crashes, the keeper's model and the load are recorded in docs/soak.md.
soak: $(READY)
	$(BIN)/python -m tests.soak
	$(BIN)/pytest -m soak --timeout 7200

# A folder to install from where there is no network: docs/installing-offline.md.
bundle: $(READY)
	@$(BIN)/python -m scripts.bundle "$(BUNDLE)"

# uv links packages from its cache, so a second environment on this machine costs seconds.
$(READY): pyproject.toml constraints.txt
	@echo "setting up $(VENV) (the first time on a machine this downloads several GB)"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@test -x $(BIN)/uv || $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt uv
	@$(BIN)/uv pip install --quiet --python $(BIN)/python -c constraints.txt -e ".[dev]"
	@touch $@
