# The front door over the CMake presets. `make` alone says what there is.
.DEFAULT_GOAL := help
.PHONY: help deps up build test check sanitize tidy bench bench-quick soak scan fuzz format clean

JOBS ?= $(shell nproc)
TEST_JOBS ?= 2
FUZZ_SECONDS ?= 60
# ccache is used when it is there.
export CMAKE_CXX_COMPILER_LAUNCHER ?= $(shell command -v ccache)

CONFIGURE = cmake --preset
BUILD = cmake --build --parallel $(JOBS) --preset
CTEST = ctest --output-on-failure --parallel $(TEST_JOBS) --no-tests=error --test-dir

help: ## this list
	@echo "Sallyport: an HTTP gateway that keeps the target's credentials to itself"
	@echo
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20
	@echo
	@echo "JOBS=$(JOBS) compilers at once, TEST_JOBS=$(TEST_JOBS) tests at once"

deps: ## install the packages that building needs (sudo when not root)
	@scripts/install-deps.sh

up: deps ## build the gateway and run it for development, on loopback
	@$(MAKE) --no-print-directory build
	@exec scripts/dev-up.sh

build: ## build the release binary: build/release/bin/sallyport
	@$(CONFIGURE) release
	@$(BUILD) release --target sallyport

test: ## build and run every test
	@scripts/install-deps.sh --tests
	@$(CONFIGURE) dev
	@$(BUILD) dev
	@$(CTEST) build/dev

# Hostile callers and targets, chains of proxies and kills, with fewer rounds.
CHECK_ATTACKS = HostileCaller|HostileTarget|BadTarget|Framing|Chains|StorageFaults|Kill|ServerLimits
check: ## lints, clang-tidy on what changed, the unit tests, the corpora and the attacks: under a quarter of an hour from scratch
	@scripts/install-deps.sh --tests
	@$(CONFIGURE) tidy
	@scripts/tidy.sh --changed build/tidy
	@$(CONFIGURE) dev
	@$(BUILD) dev
	@$(CTEST) build/dev -L 'lint|unit|contract|component'
	@TEST_KILL_ROUNDS=$${TEST_KILL_ROUNDS:-3} $(CTEST) build/dev -L integration -R '$(CHECK_ATTACKS)'

# Streams are shorter here: the sanitizers cost a factor of ten, and every code path is passed all the same.
sanitize: ## the tests under address and undefined behavior sanitizers
	@scripts/install-deps.sh --tests
	@$(CONFIGURE) asan
	@$(BUILD) asan
	@TEST_STREAM_BYTES=$${TEST_STREAM_BYTES:-67108864} \
	  TEST_RESOURCES=$${TEST_RESOURCES:-2000} \
	  $(CTEST) build/asan -L 'unit|contract|component|integration|security'

tidy: ## clang-tidy on all of src, twenty minutes
	@scripts/install-deps.sh --tests
	@$(CONFIGURE) tidy
	@scripts/tidy.sh build/tidy

bench: ## CPU, memory and latency beside other gateways, a quarter of an hour; writes docs/benchmarks.md
	@scripts/install-deps.sh --bench
	@$(CONFIGURE) release -DSALLYPORT_BENCHMARKS=ON
	@$(BUILD) release --target sallyport micro_bench
	@build/release/bin/micro_bench
	@python3 -B scripts/bench --write-docs

bench-quick: ## CPU per call beside nginx, two minutes; writes build/bench/table.md
	@scripts/install-deps.sh --bench
	@$(MAKE) --no-print-directory build
	@python3 -B scripts/bench --quick

soak: ## idle, slow and many callers beside a prober, then half an hour of all kinds of calls; writes build/soak/report.md
	@scripts/install-deps.sh --bench
	@$(MAKE) --no-print-directory build
	@scripts/soak.sh

scan: ## sqlmap and wapiti over the OpenAPI paths; writes build/scan/report.md
	@scripts/install-deps.sh --scan
	@$(MAKE) --no-print-directory build
	@scripts/scan.sh

fuzz: ## build the fuzz targets and run each for FUZZ_SECONDS (60)
	@scripts/install-deps.sh --fuzz
	@$(CONFIGURE) fuzz
	@$(BUILD) fuzz --target fuzzers
	@tests/fuzz/run.sh -t $(FUZZ_SECONDS)

format: ## clang-format every source file
	@scripts/install-deps.sh --tests
	@find src include tests \( -name '*.h' -o -name '*.cpp' \) -not -path '*/node_modules/*' -not -path 'tests/lint/fixtures/*' -print0 \
	  | xargs -0 clang-format-14 -i

clean: ## remove what was built; data and tests/npm stay
	@rm -rf build
