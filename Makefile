# make setup   installs everything into .venv        make demo    shows the main job on the demo shop
# make check   static checks                         make test    all tests, two files at a time (JOBS=1 for one)
# make trust   every proof of trust at full size     make fix     formats, and mends what can be mended
# make mutants breaks gate, ledger, verifier and registry on purpose, and counts what the tests see
# make lock    writes locks/ anew: every dependency with its hash (Python 3.11, Linux x86_64, CPU)
#
# Torch: without an NVIDIA GPU the CPU build is taken where the package index offers it.
#   make setup TORCH=cpu | TORCH=gpu      choose yourself
#   make setup TORCH_INDEX=URL            take torch from the index that pytorch.org names for your machine
#   make setup LOCKED=1                   install what locks/ names and nothing else; hashes must fit

PYTHON ?= python3
TORCH ?= $(shell command -v nvidia-smi >/dev/null 2>&1 && echo gpu || echo cpu)
JOBS ?= 2
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
TORCH_PIN := $(shell cat constraints.txt)
LOCKED_PIP = $(PIP) install --require-hashes --no-deps $(INDEX)
INDEX := $(if $(TORCH_INDEX),--extra-index-url $(TORCH_INDEX),)

.PHONY: setup demo test trust check fix clean lock mutants

setup: $(VENV)/.ready

$(VENV)/.ready: pyproject.toml constraints.txt $(wildcard locks/*.lock)
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 or newer is needed, found " + sys.version.split()[0] + "; try: make PYTHON=python3.12")'
	$(PYTHON) -m venv $(VENV)
ifdef LOCKED
	@$(PYTHON) -c 'import platform, sys; here = (sys.version_info[:2], sys.platform, platform.machine()); sys.exit(0 if here == ((3, 11), "linux", "x86_64") else f"locks/ is for Python 3.11 on Linux x86_64, found {here}; leave LOCKED out")'
	@$(LOCKED_PIP) -r locks/torch-cpu.lock 2>$(VENV)/torch.log || { cat $(VENV)/torch.log; \
	  grep -q "No matching distribution" $(VENV)/torch.log || exit 1; \
	  echo "NOT LOCKED: torch. The package index has no CPU build: taking the default one, whose hash is not in locks/"; \
	  $(PIP) install $(INDEX) -c constraints.txt torch; }
	$(LOCKED_PIP) -r locks/build.lock
	$(LOCKED_PIP) --no-build-isolation -r locks/all.lock
	$(PIP) install --no-deps --no-build-isolation -e .
	$(PIP) check
else
ifeq ($(TORCH),cpu)
	@$(PIP) install $(INDEX) "$(TORCH_PIN)+cpu" 2>$(VENV)/torch.log || { \
	  echo "no CPU build of torch in the package index: taking the default one (several GB on Linux; see README, Installing)"; \
	  $(PIP) install $(INDEX) -c constraints.txt torch; }
else
	$(PIP) install $(INDEX) -c constraints.txt torch
endif
	$(PIP) install -c constraints.txt -e ".[dev]"
endif
	@touch $@

demo: setup
	@$(BIN)/groundswell demo

test: setup
	@OMP_NUM_THREADS=1 $(BIN)/python -m pytest --numprocesses $(JOBS) --dist loadfile

trust: setup
	@OMP_NUM_THREADS=1 $(BIN)/python benchmarks/trust.py --check

lock: setup
	$(BIN)/python .ci/lock.py

mutants: setup
	@OMP_NUM_THREADS=1 $(BIN)/mutmut run --max-children $(JOBS) || true
	$(BIN)/python benchmarks/mutants.py

check: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/codespell
	$(BIN)/lint-imports --no-cache
	$(BIN)/mypy

fix: setup
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:
	rm -rf $(VENV) mutants .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
