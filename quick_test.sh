#!/usr/bin/env bash
# The whole job from a fresh clone: install, lint and types, tests, then train on this repository and
# on a real third-party package, ask questions whose answers are known, audit what was written.
#
#   ./quick_test.sh            everything, under 10 minutes on 2 cores
#   VENV=/some/venv            where the virtual environment is made (default: .venv)
set -euo pipefail
cd "$(dirname "$0")"
venv=${VENV:-.venv}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

echo "== install"
[ -x "$venv/bin/python" ] || python3 -m venv "$venv"
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check torch==2.13.0
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
PATH="$PWD/$venv/bin:$venv/bin:$PATH"

echo "== format, lint, types, tests"
ruff format --check .
ruff check .
mypy
python -m pytest -q -n auto

echo "== the job on real code"
python -m pip download --quiet --disable-pip-version-check --no-deps \
    --no-binary :all: --dest "$work/download" networkx==3.4.2
mkdir "$work/networkx" "$work/self"
tar -xzf "$work"/download/networkx-*.tar.gz -C "$work/networkx" --strip-components 1
cp -r ncs tests "$work/self"  # not benchmarks and README, which hold the questions
python benchmarks/acceptance.py --self "$work/self" --package "$work/networkx"
