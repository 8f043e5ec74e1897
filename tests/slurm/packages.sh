#!/usr/bin/env bash
# Install SLURM's daemons where that can be done (by root, with apt); elsewhere the tests are skipped and say why.
set -euo pipefail
if [[ $(id -u) == 0 ]] && command -v apt-get >/dev/null && ! command -v slurmctld slurmd munged >/dev/null; then
  export DEBIAN_FRONTEND=noninteractive
  { apt-get update -qq && apt-get install -y -qq --no-install-recommends slurmctld slurmd slurm-client munge; } >/dev/null ||
    echo "SLURM's Debian packages could not be installed" >&2
fi
