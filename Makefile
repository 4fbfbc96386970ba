# One verb each; `make help` prints them.
SHELL := /bin/bash
NODE_BIN := $(CURDIR)/node_modules/node/bin
export PATH := $(NODE_BIN):$(PATH)
.DEFAULT_GOAL := help

.PHONY: help up down image test soak bench build lint generate

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

node_modules/.package-lock.json: package-lock.json
	@echo "==> Installing npm dependencies (about a minute the first time)"
	@npm ci --no-audit --no-fund --loglevel=error
	@touch $@

up: node_modules/.package-lock.json ## Start a Kubernetes node with the product and one virtual cluster on this machine
	@node scripts/up.ts

down: ## Remove everything that `make up` made
	@if [ -x $(NODE_BIN)/node ]; then node scripts/down.ts; else echo "Nothing to remove: nothing was ever started here."; fi

image: node_modules/.package-lock.json ## Build the product's container image without Docker
	@node scripts/image.ts

test: node_modules/.package-lock.json ## Types, lint, unit, integration and end-to-end tests
	@node scripts/test.ts

soak: node_modules/.package-lock.json ## The same tests with their long counts
	@SOAK=1 node scripts/test.ts

bench: node_modules/.package-lock.json ## Benchmarks, as ratios against peers in the same run
	@node --conditions=source e2e/bench/main.ts

build: node_modules/.package-lock.json ## Compile all packages
	@npx tsc -b && echo "Built."

lint: node_modules/.package-lock.json ## Format, rules, dependency directions, dead code
	@npm run --silent lint

generate: node_modules/.package-lock.json ## Regenerate committed generated files
	@npm run --silent generate
