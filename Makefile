PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
READY := .venv/ready
QUESTION ?= vad beslutades om yrkesresan?

.PHONY: run test unit slow crash bench lock sbom serve postgres chat e2e clean

run: $(READY)  ## set up, index the sample minutes, answer a question
	@$(BIN)/motesminnet index data/minutes
	@echo
	@$(BIN)/motesminnet ask "$(QUESTION)"

test: $(READY)  ## lint, types and all tests but the slow ones
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/bandit --quiet --recursive --configfile pyproject.toml bot indexer
	$(BIN)/pytest -m "not slow"

unit: $(READY)  ## the tests that need no model: seconds
	$(BIN)/pytest -m "not slow and not model"

slow: $(READY)  ## the long suites at full length
	$(BIN)/pytest -m slow

crash: $(READY)  ## a part of the slow suite of killed runs, failing disks and damaged files
	MOTESMINNET_SHORT=1 $(BIN)/pytest -m slow tests/test_crash.py

bench: $(READY)  ## the figures in bench/README.md
	$(BIN)/python -m bench.bench_index
	$(BIN)/python -m bench.bench_query
	$(BIN)/python -m bench.bench_pdf
	$(BIN)/python -m bench.bench_door
	$(BIN)/python -m bench.bench_retrieval
	$(BIN)/python -m bench.bench_peers
	$(BIN)/python -m bench.bench_bot --short
	$(BIN)/python -m bench.bench_publish

lock: $(READY)  ## requirements.lock anew out of constraints.txt, with hashes
	$(BIN)/pip-compile --quiet --allow-unsafe --generate-hashes --strip-extras --no-header --no-annotate \
	    --extra postgres --no-emit-options --no-emit-index-url --no-emit-find-links --no-emit-trusted-host \
	    --constraint constraints.txt --output-file requirements.lock pyproject.toml

sbom: $(READY)  ## what a deployment consists of, as CycloneDX: build/sbom.json
	@mkdir -p build
	$(BIN)/cyclonedx-py requirements --pyproject pyproject.toml --mc-type application --output-reproducible \
	    --of JSON --output-file build/sbom.json requirements.lock

serve: $(READY)  ## the Teams endpoint on 127.0.0.1, without sign-in
	$(BIN)/motesminnet serve --local

postgres: $(READY)  ## a PostgreSQL server of its own on 127.0.0.1: the sample minutes indexed, a question answered
	@$(BIN)/python tests/made_postgres.py "$(QUESTION)"

chat: $(READY)  ## the bot in Microsoft's emulator of Teams, in your browser
	@tests/e2e/prepare
	@test -e "$${MOTESMINNET_INDEX:-data/index}" || $(BIN)/motesminnet index data/minutes
	@node tests/e2e/chat.mjs $(BIN)/motesminnet

e2e: $(READY)  ## a coordinator's questions in a real browser; pictures in tests/e2e/shots
	@tests/e2e/prepare browser
	@$(BIN)/motesminnet index data/minutes --index build/e2e-index
	@MOTESMINNET_INDEX=build/e2e-index node tests/e2e/e2e.mjs "$$(command -v chromium)" $(BIN)/motesminnet

$(READY): pyproject.toml constraints.txt
	@echo "Ställer i ordning .venv (några minuter första gången) ..."
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info[:2] == (3, 11) else "Mötesminnet behöver Python 3.11. Ange den: make run PYTHON=/sökväg/till/python3.11")'
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@touch $@

clean:  ## remove the environment and the index
	rm -rf .venv data/index
