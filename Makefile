# Everything a developer or a newcomer needs; `make run` and `make test` set up what they use.
# PYTHON=/path/to/python3.12 chooses the interpreter that .venv is made with.

.PHONY: setup run test lint bench screenshots package bundle lock clean
.DEFAULT_GOAL := setup

BIN := .venv/bin
STAMP := .venv/.installed
export PYTHON

setup: $(STAMP)

$(STAMP): requirements.lock pyproject.toml packaging/setup.sh
	sh packaging/setup.sh
	@touch $@

run: $(STAMP)
	@$(BIN)/python packaging/system_libraries.py
	@$(BIN)/chat-studio

test: lint
	@$(BIN)/python packaging/system_libraries.py --tests
	$(BIN)/python -m pytest

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(STAMP)
	@$(BIN)/python packaging/system_libraries.py --tests
	$(BIN)/python -m bench

screenshots: $(STAMP)
	@$(BIN)/python packaging/system_libraries.py
	$(BIN)/python packaging/screenshots.py

# The wheel and the source archive, in dist/.
package: $(STAMP)
	$(BIN)/python -m hatchling build

# A folder that runs without Python, in dist/chat-studio/, for the system it is made on.
bundle: $(STAMP)
	@$(BIN)/python packaging/system_libraries.py
	$(BIN)/pyinstaller --noconfirm --log-level WARN build.spec

# Resolves the dependencies of pyproject.toml anew, for every supported Python and system.
lock: $(STAMP)
	$(BIN)/python -m pip install --quiet "uv>=0.8"
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --extra dev --upgrade \
		--generate-hashes --no-annotate --no-header --output-file requirements.lock pyproject.toml

clean:
	rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
