#!/bin/sh
# Runs every Python test: the journeys, which mostly wait for minutes to pass, beside the quick ones, and the browser
# last and alone. Usage: run.sh PYTHON [arguments of pytest]
set -u
python=$1
shift

run() {
    name=$1
    shift
    COVERAGE_FILE=.coverage.$name "$python" -m pytest --cov --cov-report= --junitxml="build/tests/$name.xml" "$@"
}

mkdir -p build/tests
if [ $# -gt 0 ]; then
    exec "$python" -m pytest "$@"
fi
rm -f .coverage .coverage.*
run journey tests/journey >build/tests/journey.log 2>&1 &
journey=$!
trap 'kill "$journey" 2>/dev/null; exit 130' INT TERM

run python --ignore=tests/journey --ignore=tests/web
quick=$?
wait "$journey"
waited=$?
cat build/tests/journey.log
run browser tests/web
browser=$?
"$python" -m coverage combine -q
[ "$quick" -eq 0 ] && [ "$waited" -eq 0 ] && [ "$browser" -eq 0 ]
