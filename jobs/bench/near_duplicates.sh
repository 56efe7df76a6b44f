#!/usr/bin/env bash
# Times near-duplicates of one set of generated hashes on two cores, from the table of photos to those
# that are left out, and holds a sample of 20,000 against comparing each with each; and near-duplicates
# of as many hashes as the first number says that share 22 of their 64 bits.
#
#   jobs/bench/near_duplicates.sh [HASHES...]
#
# The numbers of hashes are 100000 and 1000000 unless others are given.
set -euo pipefail
cd "$(dirname "$0")/../.."
. jobs/tools.sh

[ $# -gt 0 ] || set -- 100000 1000000
run_java io.atelier.job.NearCopiesBench target/near-duplicates-bench "$@"
