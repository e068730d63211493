# depotwatch: `make demo` shows it, `make test` checks it. Windows and macOS without make: see README.md.
VENV := .venv
BIN := $(VENV)/bin
.DEFAULT_GOAL := help
.PHONY: help demo test long lint types wheel bench

help: ## this list
	@grep -E '^[a-z]+:.*## ' $(firstword $(MAKEFILE_LIST)) | sed -E 's/^([a-z]+):[^#]*## /  make \1	/' | expand -t 16

demo: $(VENV)/viewer.stamp ## the whole way on the embedded, synthetic case (opens napari where there is a display)
	@$(BIN)/depotwatch demo

test: $(VENV)/dev.stamp ## set up, then the tests (under Xvfb where there is no display), but for the long ones
	@.ci/tests $(BIN)/python $(PYTEST_ARGS)

long: $(VENV)/dev.stamp ## the long tests: journeys by keyboard and mouse, notebooks, the demo, the README's commands
	@.ci/display $(BIN)/python -m pytest -m long $(PYTEST_ARGS)

lint: $(VENV)/dev.stamp ## style, formatting and the floors of the house
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

# The root is the package: through the link mypy knows every file as depotwatch.…, as the tests do.
types: $(VENV)/dev.stamp ## mypy, strict, over the four rooms and the tests
	@mkdir -p $(VENV)/typing && ln -sfn ../.. $(VENV)/typing/depotwatch
	@cd $(VENV)/typing && ../bin/mypy --config-file depotwatch/pyproject.toml --cache-dir ../../.mypy_cache \
		$(addprefix depotwatch/, annotate imagery labels plugins tests)

wheel: $(VENV)/dev.stamp ## build the wheel, install it into a clean environment and try it there
	@.ci/wheel $(BIN)/python

bench: $(VENV)/dev.stamp ## recall and false alarms on fresh synthetic cases
	@$(BIN)/depotwatch bench detect

$(VENV)/viewer.stamp: pyproject.toml .ci/environment
	@.ci/environment $(VENV) viewer
	@touch $@

$(VENV)/dev.stamp: pyproject.toml .ci/environment
	@.ci/environment $(VENV) viewer,dev
	@touch $@ $(VENV)/viewer.stamp
