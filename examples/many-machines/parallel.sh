#!/bin/sh
# One run of `verify` in N shards, as many at a time as there are cores, and what they show together.
# Usage: parallel.sh SEED N FOLDER [OPTION OF verify…]
set -eu
seed=$1 count=$2 folder=$3
shift 3
mkdir -p "$folder"
# A shard that has its file is not made again.
parallel --halt soon,fail=1 \
  "test -e '$folder'/{}.json || \${PVM_SPEC:-npx pvm-spec} verify --seed $seed --jobs 1 --shard {}/$count --out '$folder'/{}.json $*" \
  ::: $(seq 0 $((count - 1)))
${PVM_SPEC:-npx pvm-spec} merge "$folder"
