# Everything a newcomer needs; CI runs the same targets.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000

.PHONY: serve test check fix eval bench widget clean

$(VENV)/core.stamp: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check -e .
	touch $@

$(VENV)/dev.stamp: $(VENV)/core.stamp
	$(BIN)/pip install --quiet --disable-pip-version-check -e '.[dev]'
	touch $@

serve: $(VENV)/core.stamp
	$(BIN)/reformqa serve --port $(PORT)

test: $(VENV)/dev.stamp
	$(BIN)/python -m pytest -n 2

check: $(VENV)/dev.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

fix: $(VENV)/dev.stamp
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

eval: $(VENV)/core.stamp
	$(BIN)/reformqa eval --split dev --report var/report

bench: $(VENV)/core.stamp
	$(BIN)/reformqa bench speed

# Needs Node 20 or newer; what it makes is committed, so that nothing else does.
widget:
	cd chatbot/widget && npm ci --no-audit --no-fund && npm run build

clean:
	rm -rf $(VENV) var chatbot/widget/node_modules
