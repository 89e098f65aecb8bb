#!/bin/sh
# What the foreign tests need of Debian; nothing where it is there already.
set -e
command -v chromium > /dev/null || { apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium; }
