#!/usr/bin/env bash
# Install Chromium and its driver where that can be done (by root, with Debian's apt); elsewhere the tests are skipped and say why.
set -euo pipefail
if [[ $(id -u) == 0 ]] && command -v apt-get >/dev/null && ! { command -v chromium && command -v chromedriver; } >/dev/null; then
  export DEBIAN_FRONTEND=noninteractive
  { apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium chromium-driver; } >/dev/null ||
    echo "Debian's packages chromium and chromium-driver could not be installed" >&2
fi
