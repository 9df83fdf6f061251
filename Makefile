# Verbs only; the work is done by harness/ and bench/.
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory --no-builtin-rules
SHELL := /bin/bash

# What is set on the command line (LINUX=, ARCH=, ...) reaches the tools through
# the environment; the kernel's own make must not see it twice.
unexport MAKEFLAGS MAKELEVEL

VERBS := help run check tree export kunit boot bench lint docs series bisect \
	 build-matrix faults install
.PHONY: $(VERBS)

help:                   ## this list
	@sed -n 's/^\([a-z-]*\):.*## */  make \1\t/p' $(firstword $(MAKEFILE_LIST)) | expand -t 18
	@echo
	@echo '  LINUX=<dir or tarball> takes another base than BASE names'

run:                    ## compose, build, boot one machine, show that DMA works
	@harness/install run
	@harness/run

check:                  ## everything that must hold; STEP='a b' repeats just these
	@harness/install check
	@harness/check $(STEP)

tree:                   ## patches/ and the overlay -> build/linux
	@harness/compose tree

export:                 ## build/linux -> patches/ and the overlay; TOPIC= for new commits
	@harness/compose export

kunit: tree             ## KUnit; ARCH=um (default), x86_64, arm64; SUITE= for one suite
	@harness/install check
	@harness/kunit

boot: tree              ## boot MACHINE= of harness/machines (append -debug), or all
	@harness/install boot
	@harness/check $(if $(MACHINE),boot-$(MACHINE),boots)

bench: tree             ## base against series; results in bench/results/
	@harness/install bench
	@bench/run

lint: tree              ## checkpatch, sparse, W=1, kernel-doc, shellcheck
	@harness/install check
	@harness/lint

docs: tree              ## the pages of the series in build/docs/
	@harness/install docs
	@harness/docs

build-matrix: tree      ## compile for every architecture; ROW='a b' or ROW=ci
	@harness/install matrix
	@harness/matrix $(ROW)

series:                 ## build/series/, ready to mail
	@harness/compose series

bisect: tree            ## build what each commit touches, commit by commit
	@harness/install run
	@harness/bisect

faults: tree            ## plant faults one by one, see which test catches each
	@harness/install check
	@harness/faults.sh

install:                ## everything that run, check and bench need
	@harness/install run check bench
