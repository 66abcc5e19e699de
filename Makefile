.DEFAULT_GOAL := help
.PHONY: help setup run dev test check bench

help: ## list these targets
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile | expand -t 10

setup: ## fetch and build everything that the other targets use
	go mod download
	@test ! -f bench/go.mod || go -C bench mod download
	go tool templ version
	scripts/lint version
	scripts/services

run: ## start the chat on http://localhost:8080, data in ./chat.db
	CGO_ENABLED=0 go run ./cmd/chat

dev: ## the same, rebuilt and reloaded at every change; open http://localhost:7331
	go tool templ generate --watch --open-browser=false --watch-pattern='\.(go|templ|css|js|sql)$$' \
		--proxy=http://localhost:8080 --cmd="go run ./cmd/chat"

test: ## run every test with real servers and a real browser
	scripts/test

check: ## what CI runs: generated code, formatting, vet, lint, tests
	scripts/check

bench: ## measure; arguments in ARGS
	scripts/bench $(ARGS)
