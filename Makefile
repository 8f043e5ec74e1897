# make run     the study of config.yaml, with its report
# make test    lint, unit tests, workflow tests
# make help    all of them
CORES ?= $(shell python3 -c "import os; print(os.cpu_count())")
PYTHON ?= python3
STUDY ?= config.yaml
TARGET ?= all
BIN := .venv/bin
# A virtual environment that activates itself, so that snakemake finds its own Python first
RUN := PATH="$(CURDIR)/$(BIN):$$PATH"

# Tests run side by side, a file of them with everything that its tests share in one process
SIDE_BY_SIDE := -n logical --maxprocesses 8 --dist loadfile --no-loadscope-reorder

# Recipes take these from the environment, where a shell reads no command in a file's name.
export CORES STUDY TARGET

.PHONY: help run cohort-map slurm test fast test-slurm lint bench bench-scale lock
.DEFAULT_GOAL := help

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST)

.venv/.run: envs/requirements.txt
	@$(PYTHON) envs/install.py envs/requirements.txt .venv/.run

.venv/.test: envs/requirements-dev.txt
	@$(PYTHON) envs/install.py envs/requirements-dev.txt .venv/.test .venv/.run

# Beside what is installed, whichever that is; again after each change of it
.venv/.slurm: envs/requirements-slurm.txt .venv/.run
	$(RUN) uv pip install --quiet --require-hashes --python .venv/bin/python -r envs/requirements-slurm.txt
	@touch .venv/.slurm

run: .venv/.run ## the study of config.yaml, or STUDY=studies/paper.yaml, with its report; TARGET=beyond for all questions
	$(RUN) python workflow/study.py "$$STUDY" "$$CORES" "$$TARGET"

cohort-map: .venv/.run ## a map of phantom cohorts, STUDY=studies/map.yaml
	$(RUN) python workflow/cohort_map.py "$$STUDY" "$$CORES"

slurm: .venv/.slurm ## install what a cluster with SLURM needs as well (docs/how-to/cluster.md)

test: .venv/.test lint ## everything that is tested
	$(RUN) pytest $(SIDE_BY_SIDE) tests/unit tests/workflow

fast: .venv/.test ## the unit tests but for slow ones, a minute
	$(RUN) pytest $(SIDE_BY_SIDE) -m "not slow" tests/unit

test-slurm: .venv/.test .venv/.slurm ## the tests of SLURM, on one that is started here; skipped where none can be
	@tests/slurm/packages.sh
	$(RUN) pytest -rs tests/slurm

lint: .venv/.test ## ruff, snakefmt, snakemake --lint
	$(RUN) ruff check .
	$(RUN) ruff format --check .
	$(RUN) snakefmt --check Snakefile workflow
	$(RUN) snakemake --lint

lock: ## new exact versions from envs/*.in
	$(RUN) uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -o envs/requirements.txt envs/requirements.in
	$(RUN) uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -c envs/requirements.txt -o envs/requirements-dev.txt envs/requirements-dev.in
	$(RUN) uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -c envs/requirements.txt -o envs/requirements-slurm.txt envs/requirements-slurm.in

bench: .venv/.test ## measure speed and write it into the READMEs (about an hour)
	$(RUN) python benchmarks/throughput.py
	$(RUN) python benchmarks/bench.py
	$(RUN) python benchmarks/notebook_way.py
	$(RUN) python benchmarks/cost.py

bench-scale: .venv/.test ## measure how time and memory grow to 10,000 patients (half an hour)
	$(RUN) python benchmarks/scale.py
