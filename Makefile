# make run                       the study of config.yaml, with its report
# make run STUDY=my-study.yaml   another
# make help                      all commands
CORES ?= $(shell python3 -c "import os; print(os.cpu_count())")
PYTHON ?= python3
# segment and click-page have files of their own, which name the networks that come with oneclick-pet.
STUDY ?= $(or $(patsubst %,studies/%.yaml,$(filter segment click-page,$(MAKECMDGOALS))),config.yaml)
TARGET ?= all
BIN := .venv/bin
# A virtual environment that activates itself, so that snakemake finds its own Python first
RUN := PATH="$(CURDIR)/$(BIN):$$PATH"
NPM := cd workflow/click_page && $(RUN) npm

# Tests run side by side, a file of them with everything that its tests share in one process
SIDE_BY_SIDE := -n logical --maxprocesses 8 --dist loadfile --no-loadscope-reorder

# Recipes take these from the environment, where a shell reads no command in a file's name.
export CORES STUDY TARGET PET

OF_STUDIES := run check segment statistics click-page reader-study cohort-map
OTHERS := help nifti slurm test fast test-slurm test-page lint bench bench-notebook bench-scale results-check lock
.PHONY: $(OF_STUDIES) $(OTHERS)
.DEFAULT_GOAL := help

# Make passes over what it does not know: `make run my-study.yaml` and `make run study=my-study.yaml` would run config.yaml.
VARIABLES := CORES PYTHON STUDY TARGET PET
GIVEN := $(foreach name,$(.VARIABLES),$(if $(filter command,$(firstword $(origin $(name)))),$(name)))
MISTYPED := $(filter-out $(VARIABLES) SHELL MAKEFLAGS,$(GIVEN))
$(if $(MISTYPED),$(error make knows no $(firstword $(MISTYPED))=; write make $(or $(firstword $(MAKECMDGOALS)),run) STUDY=my-study.yaml (known are $(VARIABLES), in capitals)))
$(foreach name,CORES STUDY TARGET,$(if $($(name)),,$(error $(name)= is empty; write its value behind it without a space, as in make run STUDY=my-study.yaml)))
WORDS := $(filter-out $(OF_STUDIES) $(OTHERS) .venv/%,$(MAKECMDGOALS))
FILES := $(filter %.yaml %.yml %.json,$(WORDS))
$(if $(FILES),$(error make takes $(firstword $(FILES)) for a command; write make $(firstword $(filter $(OF_STUDIES),$(MAKECMDGOALS)) run) STUDY=$(firstword $(FILES))))
$(if $(WORDS),$(error make knows no command $(firstword $(WORDS)); make help lists all, a study is named by STUDY=my-study.yaml, a question by TARGET=offsets))
ASKED := $(filter $(OF_STUDIES),$(MAKECMDGOALS))
$(if $(and $(filter TARGET,$(GIVEN)),$(filter-out run,$(ASKED))),$(error make $(firstword $(ASKED)) has no TARGET; leave it out, or write make run))
$(if $(and $(filter PET,$(GIVEN)),$(filter-out nifti,$(MAKECMDGOALS))),$(error make $(firstword $(MAKECMDGOALS)) has no PET; leave it out, or write make nifti))
$(if $(word 2,$(ASKED)),$(error make $(ASKED) is more than one thing at a time; write make $(firstword $(ASKED)), then make $(word 2,$(ASKED))))

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

# Node.js, and with it what the click page is made with; a package runs nothing of its own while it is installed (.npmrc)
# Packages that somebody deleted are installed again
.PHONY: again
.venv/.page: envs/requirements-page.txt workflow/click_page/package-lock.json .venv/.run $(if $(wildcard workflow/click_page/node_modules),,again)
	@echo Installing the versions of envs/requirements-page.txt and workflow/click_page/package-lock.json
	$(RUN) uv pip install --quiet --require-hashes --python .venv/bin/python -r envs/requirements-page.txt
	$(NPM) ci --loglevel=error --omit=dev
	@touch .venv/.page

# and what its code is checked with
.venv/.test-page: .venv/.page
	$(NPM) ci --loglevel=error
	@touch .venv/.test-page

run: .venv/.run ## the study of config.yaml, or STUDY=studies/paper.yaml, with its report; TARGET=beyond for all questions
	$(RUN) python workflow/study.py "$$STUDY" "$$CORES" "$$TARGET"

check: .venv/.run ## read all scans, say all that is wrong with them, draw the contact sheets; nothing else
	$(RUN) python workflow/study.py "$$STUDY" "$$CORES" check

segment: .venv/.run ## masks of new/P90/pet.nii.gz and so on from clicks in new/P90, of studies/segment.yaml, or STUDY=my-segment.yaml, a copy of it
	$(RUN) python workflow/study.py "$$STUDY" "$$CORES" segment

statistics: .venv/.run ## statistics of your own scores, STUDY=my-statistics.yaml, a copy of studies/statistics.yaml
	$(RUN) python workflow/study.py "$$STUDY" "$$CORES" statistics

click-page: .venv/.page ## results-click/click.html: click on scans, save masks; one file that a double click opens; or of STUDY=my-study.yaml
	$(RUN) python workflow/study.py "$$STUDY" "$$CORES" click_page

reader-study: .venv/.page ## results/readers/pages: a page for each reader of the reader study, with scans; of STUDY=my-study.yaml
	$(RUN) python workflow/study.py "$$STUDY" "$$CORES" reader_study

nifti: .venv/.run ## PET=../scans/P07, a folder of DICOM: writes ../scans/P07.nii.gz in SUV, for the click page
	$(RUN) python workflow/nifti.py "$$PET"

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

test-page: .venv/.test .venv/.test-page ## lint and tests of the click page, in a real browser; these are skipped where none can be
	@tests/click_page/packages.sh
	$(NPM) run --silent lint
	$(RUN) pytest -rs tests/click_page

lint: .venv/.test ## ruff, snakefmt, snakemake --lint
	$(RUN) ruff check .
	$(RUN) ruff format --check .
	$(RUN) snakefmt --check Snakefile workflow
	$(RUN) snakemake --lint

lock: .venv/.page ## new exact versions from envs/*.in and workflow/click_page/package.json
	$(RUN) uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -o envs/requirements.txt envs/requirements.in
	$(RUN) uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -c envs/requirements.txt -o envs/requirements-dev.txt envs/requirements-dev.in
	$(RUN) uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -c envs/requirements.txt -o envs/requirements-slurm.txt envs/requirements-slurm.in
	$(RUN) uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -o envs/requirements-page.txt envs/requirements-page.in
	$(NPM) update --package-lock-only

results-check: .venv/.run ## which numbers in the docs are older than the code, and how to make them anew; marks them, never fails
	$(RUN) python tools/results_check.py

bench: .venv/.test ## measure speed and write it into the READMEs (half an hour)
	$(RUN) python benchmarks/throughput.py
	$(RUN) python benchmarks/bench.py
	$(RUN) python benchmarks/cost.py

bench-notebook: .venv/.test ## the same study as in a notebook (an hour and a half; interrupted, it goes on)
	$(RUN) python benchmarks/notebook_way.py results-bench

bench-scale: .venv/.test ## measure how time and memory grow to 10,000 patients (half an hour)
	$(RUN) python benchmarks/scale.py
