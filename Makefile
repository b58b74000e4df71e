# test         what CI runs: sets up what is missing, then every test, with the race detector and a PostgreSQL of its own
# check        test, and the linters before it
# bench        the figures that the README and the issues state
# conformance  Avro verdicts against Apache's own for Java and Python; SEED draws other schemas, PAIRS more

.PHONY: test check lint acceptance bench conformance setup build

# The packages with the long tests come to minutes each on two cores under the race detector.
TIMEOUT ?= 15m

test: setup build
	go test -race -timeout $(TIMEOUT) ./...
	$(MAKE) --no-print-directory acceptance

check: lint test

setup:
	@sh .ci/setup.sh

# The product builds without a C compiler.
build:
	CGO_ENABLED=0 go build -o treaty ./cmd/treaty

# Unmodified clients of others against the binary; a module of its own.
acceptance: build
	TREATY_TEST_BINARY=$(CURDIR)/treaty go -C acceptance test -count=1 -timeout $(TIMEOUT) ./...

lint:
	@unformatted=$$(gofmt -l $$(git ls-files '*.go')); \
	if [ -n "$$unformatted" ]; then echo "gofmt -w:"; echo "$$unformatted"; exit 1; fi
	go vet ./...
	go vet -tags conformance ./compat/...
	go -C acceptance vet ./...
	go tool -modfile=tools/go.mod staticcheck ./...

# Ratios within one run count; absolute times depend on the machine. BENCH picks by name.
BENCH ?= .
bench: setup
	go test -run '^$$' -bench '$(BENCH)' -benchmem -timeout 60m ./...

SEED ?= 1
PAIRS ?= 20000
conformance:
	@sh .ci/conformance.sh
	go test -tags conformance -count=1 -v -run SecondOpinion ./compat/avro -seed $(SEED) -pairs $(PAIRS)
