# The front door: `make run` and `make test`. `make help` lists the rest.
SHELL := /bin/bash
DATA ?= data
LISTEN ?= 127.0.0.1:8080

.PHONY: help run demo build web check test conformance test-long mutants bench clean

help: ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## / – /' | sort

build: web ## release binary with the web app inside
	cargo build --release --locked --package xiyuan

web: ## the web app (web/dist)
	@scripts/setup.sh web
	@scripts/build-web.sh

run: ## build, fill a demo city on first start, serve
	@scripts/setup.sh build
	@$(MAKE) --no-print-directory build
	@scripts/run.sh "$(DATA)" "$(LISTEN)"

check: ## format, lints, docs, dependencies
	@scripts/setup.sh check
	@scripts/check.sh

test: ## everything that must pass
	@scripts/test.sh

conformance: ## the conformance set: packages that must be refused, cases of evaluation, schemas
	@cargo test --package xiyuan-policy --test compile --locked -- conformance:: evaluation:: schemas::

test-long: ## long campaigns: many random cities (resumable), kills
	@scripts/long-laws.sh
	@scripts/check-parquet.sh
	@XIYUAN_LONG=1 scripts/test.sh

mutants: ## small faults in the engine that its tests must notice (hours; resumable)
	@scripts/mutants.sh

bench: ## measure; prints a peer's figure beside ours
	@scripts/bench.sh

clean: ## remove what was built (not the data)
	rm -rf target web/dist web/node_modules e2e/node_modules
