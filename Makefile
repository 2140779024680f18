# `make` lists the targets. Settings are in .env (copy .env.example); arguments of a command go in ARGS.

# Settings of .env reach every recipe, unless the environment or the command line has them.
DOTENV := $(shell sed -n 's/^\(export \)\{0,1\}\([A-Z][A-Z0-9_]*\)=.*/\2/p' .env 2>/dev/null)
dotenv = $(shell sed -n -e 's/^\(export \)\{0,1\}$(1)=//' -e 't found' -e d -e ':found' -e "s/^[\"']\(.*\)[\"']\$$/\1/" -e p .env)
$(foreach name,$(DOTENV),$(if $(filter undefined,$(origin $(name))),$(eval export $(name) := $(call dotenv,$(name)))))

ARGS ?=
COST ?=
STAGE ?= dev
HYPOTHESIS_PROFILE ?= dev
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install -qq --require-hashes
LOCK := $(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
	--no-header --no-annotate --no-emit-index-url --no-emit-find-links pyproject.toml
NPM := npm --prefix web
WEB_SOURCES := $(shell find web -type d \( -name node_modules -o -name dist \) -prune -o -type f -print 2>/dev/null)

.DEFAULT_GOAL := help
.NOTPARALLEL:
.DELETE_ON_ERROR:
.PHONY: help deploy up up-localstack down status smoke doctor test fmt lint types web bench data prove prove-laws prove-oracle prove-units prove-twitch prove-sink prove-archive prove-nab prove-moments prove-live prove-api prove-sockets prove-memory prove-hours prove-load prove-chaos prove-deploy prove-web screenshots lock package env-example contract clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

up: .venv/.run-time web/dist/index.html ## start everything on this machine and print the address; ARGS="--help"
	@./telemetra up $(ARGS)

up-localstack: .venv/.run-time web/dist/index.html package ## the same on LocalStack; needs Docker
	@command -v docker >/dev/null || { echo "Docker is needed: https://docs.docker.com/engine/install, or use make up" >&2; exit 1; }
	@docker compose --profile dev up --detach --wait
	@./telemetra up --cloud-url http://127.0.0.1:$${LOCALSTACK_PORT:-4566} --no-websocket --layer .aws-sam/build/Compute/LayerX86 $(ARGS)

down: ## stop everything; the data stays (ARGS=--purge deletes it)
	@./telemetra down $(ARGS)

status: ## say what runs, and how far behind it is
	@./telemetra status $(ARGS)

smoke: ## prove the running stack end to end
	@./telemetra smoke $(ARGS)

doctor: .venv/.run-time ## check this machine; each finding names its fix
	@./telemetra doctor $(ARGS)

test: .venv/.tests web/node_modules/.tests tests/twitch/node_modules/.tests web/dist/index.html ## run every check and test, as CI does
	@$(MAKE) --no-print-directory lint types
	@$(NPM) run --silent lint
	@$(NPM) run --silent typecheck
	@$(NPM) run --silent test -- --reporter=default --reporter=junit --outputFile=$(CURDIR)/build/tests/web.xml
	@chromium=$$(.ci/chromium) && CHROMIUM=$$chromium HYPOTHESIS_PROFILE=$(HYPOTHESIS_PROFILE) \
		sh tests/run.sh $(BIN)/python $(ARGS)
	$(BIN)/coverage report --fail-under=90
	$(BIN)/coverage report --fail-under=100 --include='*/telemetra/domain/*,*/telemetra/application/*'
	@$(BIN)/python tests/tally.py build/tests/python.xml build/tests/operation.xml build/tests/journey.xml build/tests/browser.xml build/tests/web.xml

fmt: .venv/.tests ## format the Python code
	$(BIN)/ruff check --quiet --fix-only .
	$(BIN)/ruff format .

lint: .venv/.tests ## check style, formatting and the direction of imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-cache

types: .venv/.tests ## check types
	$(BIN)/mypy

web: web/dist/index.html ## build the dashboard

bench: .venv/.bench ## measure beside other engines; BENCH_EVENTS=50000 is a small run
	@$(BIN)/python -m bench.run $(if $(BENCH_EVENTS),--events $(BENCH_EVENTS)) $(ARGS)

data: .venv/.run-time ## fetch the public evaluation sets into data/, verified
	@$(BIN)/python -m bench.data $(ARGS)

prove: prove-laws prove-oracle prove-units prove-twitch prove-sink prove-archive prove-nab prove-moments prove-api prove-sockets prove-load prove-chaos prove-deploy prove-memory prove-hours prove-web ## keep every bar at full size, one a target; takes some two hours

prove-laws: .venv/.tests ## 1,000 examples of every law and property
	@HYPOTHESIS_PROFILE=prove $(BIN)/python -m pytest -q tests/laws/test_every_monoid.py \
		tests/laws/test_sentiment_equal.py tests/domain tests/events tests/producer $(ARGS)

prove-oracle: .venv/.tests ## 5,000 schedules of faults, each equal to one plain pass
	@$(BIN)/python -m bench.oracle --output bench/results/oracle.json $(ARGS)

prove-units: .venv/.run-time ## write units an active channel costs a minute: 40 at most
	@$(BIN)/python -m bench.units --output bench/results/units.json $(ARGS)

prove-twitch: .venv/.tests ## 20 scripts of faults of 10,000 messages into the tables, 100,000 random lines
	@$(BIN)/python -m tests.twitch.prove --output bench/results/twitch.json $(ARGS)

prove-archive: .venv/.run-time ## an hour of mixed scenarios, wrongly delivered: archive, tables and truth agree
	@$(BIN)/python -m bench.archive --output bench/results/archive.json $(ARGS)

prove-sink: .venv/.run-time ## packing, 30,000 events a second into a stack, and a stream stopped for a minute
	@$(BIN)/python -m bench.sink --output bench/results/sink.json $(ARGS)

prove-nab: .venv/.run-time ## the detectors on the Numenta benchmark, in data/ after `make data`; DATA=DIR is another place
	@$(BIN)/python -m bench.nab --data $(or $(DATA),data/nab) --neighbours 30 --bars --output bench/results/nab.json $(ARGS)

prove-moments: .venv/.run-time ## planted moments found, named and in time, on scenarios and logs; CHAT=DIR is another place of the logs
	@$(BIN)/python -m bench.moments --data $(or $(CHAT),data/chat) --output bench/results/moments.json $(ARGS)

prove-live: .venv/.tests ## an outage and a lull on the embedded stack, each told within 150 s
	@$(BIN)/python -m pytest -q -m prove tests/journey $(ARGS)

prove-api: .venv/.tests ## 5,000 made-up requests over every route, and 60 minutes read warm
	@$(BIN)/python -m tests.journey.prove api --output bench/results/api.json $(ARGS)

prove-sockets: .venv/.tests ## 1,000 WebSocket clients, 200 cuts and 5,000 hostile frames
	@$(BIN)/python -m tests.journey.prove sockets --output bench/results/sockets.json $(ARGS)

prove-memory: .venv/.run-time web/dist/index.html ## an hour of `make up`: memory, lag and PutRecords each minute
	@$(BIN)/python -m bench.memory --output bench/results/memory.json $(ARGS)

prove-hours: .venv/.run-time ## eight hours of load in some sixteen minutes: memory of every process, and exact counts
	@$(BIN)/python -m bench.endure --output bench/results/hours.json $(ARGS)

prove-load: .venv/.run-time ## 2,000 single events a second for a minute, 10,000 packed for five: lag and exact counts
	@$(BIN)/python -m bench.load --single --output bench/results/load-single.json --html build/load-single.html $(ARGS)
	@$(BIN)/python -m bench.load --packed --output bench/results/load-packed.json --html build/load-packed.html $(ARGS)

prove-chaos: .venv/.run-time ## every experiment with faults three times, and once without its protection
	@$(BIN)/python -m bench.chaos --output bench/results/chaos.json $(ARGS)

prove-deploy: .venv/.run-time web/dist/index.html package ## `sam deploy` of the true root to the embedded cloud, then a change of it while events flow
	@$(BIN)/python -m bench.deploy --output bench/results/deploy.json $(ARGS)

prove-web: .venv/.tests web/node_modules/.tests web/dist/index.html ## frames, long tasks, memory and first chart of the dashboard in Chromium
	@chromium=$$(.ci/chromium) && CHROMIUM=$$chromium $(BIN)/python -m tests.web.prove --output bench/results/web.json $(ARGS)

screenshots: .venv/.tests web/dist/index.html ## picture the dashboard's states into docs/screenshots
	@chromium=$$(.ci/chromium) && CHROMIUM=$$chromium $(BIN)/python -m tests.web.screenshots $(ARGS)

contract: .venv/.run-time ## write the page's types of the API's contract
	$(BIN)/python -m local.contract_types > web/src/api/contract.ts

lock: .venv/.tests ## pin the newest dependencies again
	$(LOCK) --output-file requirements.lock
	$(LOCK) --extra tests --constraint requirements.lock --output-file tests/requirements.lock
	$(LOCK) --extra bench --constraint tests/requirements.lock --output-file bench/requirements.lock

deploy: .venv/.run-time web/dist/index.html package ## deploy to AWS: STAGE=dev or prod; says first what it will cost
	@case "$(STAGE)" in dev|prod) ;; *) echo "STAGE is dev or prod, not '$(STAGE)': make deploy STAGE=dev" >&2; exit 2;; esac
	@./telemetra cost --design on-demand $(COST)
	@PATH="$(CURDIR)/build/sam-cli/bin:$$PATH" sam deploy --config-env $(STAGE) $(ARGS)
	@./telemetra publish --stack $(if $(filter prod,$(STAGE)),telemetra,telemetra-$(STAGE))

package: .venv/bin/python ## check the templates and build what `sam deploy` uploads
	@PYTHON="$(CURDIR)/$(BIN)/python" sh stacks/package.sh

env-example: .venv/.run-time ## write .env.example from the table of settings
	$(BIN)/python -m telemetra.config > .env.example

clean: ## delete what make has built; the data of `make up` stays
	rm -rf .venv tests/twitch/node_modules web/node_modules web/dist build .coverage .mypy_cache .pytest_cache .ruff_cache .hypothesis

.venv/bin/python:
	@set -e; for python in $(if $(PYTHON),$(PYTHON),python3 python3.13 python3.12 python3.11); do \
		if "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then break; fi; python=; \
	done; \
	if [ -z "$$python" ]; then \
		echo "Python 3.11 or newer is needed: apt-get install python3, or brew install python@3.13" >&2; exit 1; \
	fi; \
	if ! "$$python" -c 'import ensurepip, venv' 2>/dev/null; then \
		echo "Python's venv module is missing: apt-get install python3-venv" >&2; exit 1; \
	fi; \
	echo "Making .venv with $$("$$python" --version)"; "$$python" -m venv --clear .venv

.venv/.run-time: requirements.lock .venv/bin/python
	@echo "Installing the Python packages of requirements.lock"
	@$(PIP) --requirement requirements.lock
	@site=$$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))'); \
		printf '../../../..\n../../../../functions/layer\n' > "$$site/telemetra.pth"
	@touch $@

.venv/.tests: tests/requirements.lock .venv/.run-time
	@echo "Installing the tools of tests/requirements.lock"
	@$(PIP) --requirement tests/requirements.lock
	@touch $@

.venv/.bench: bench/requirements.lock .venv/.run-time
	@echo "Installing the engines of bench/requirements.lock"
	@$(PIP) --requirement bench/requirements.lock
	@touch $@

web/node_modules/.run-time: web/package-lock.json
	@node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' \
		2>/dev/null || { echo "Node 20.19 or newer is needed: https://nodejs.org, or brew install node" >&2; exit 1; }
	@command -v npm >/dev/null || { echo "npm is needed: apt-get install npm, or brew install node" >&2; exit 1; }
	@echo "Installing the packages of web/package-lock.json"
	@$(NPM) ci --omit=dev --no-audit --no-fund --loglevel=error >/dev/null
	@touch $@

web/node_modules/.tests: web/package-lock.json
	@$(NPM) ci --no-audit --no-fund --loglevel=error >/dev/null
	@touch web/node_modules/.run-time $@

tests/twitch/node_modules/.tests: tests/twitch/package-lock.json web/node_modules/.run-time
	@npm --prefix tests/twitch ci --no-audit --no-fund --loglevel=error >/dev/null
	@touch $@

web/dist/index.html: web/node_modules/.run-time $(WEB_SOURCES)
	@echo "Building the dashboard"
	@$(NPM) run --silent build
	@touch $@
