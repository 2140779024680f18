#!/bin/sh
# Runs every Python test: those that mostly wait, for minutes to pass or stacks to start, in two groups beside the
# quick ones, and the browser last and alone. Usage: run.sh PYTHON [arguments of pytest]
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
journeys=tests/journey
alone="$journeys/test_documents.py $journeys/test_forget.py"
# shellcheck disable=SC2086 # two paths
run operation tests/local tests/stacks $alone >build/tests/operation.log 2>&1 &
operation=$!
run journey $journeys $(printf -- '--ignore=%s ' $alone) >build/tests/journey.log 2>&1 &
journey=$!
trap 'kill "$journey" "$operation" 2>/dev/null; exit 130' INT TERM

run python --ignore=tests/local --ignore=tests/stacks --ignore=$journeys --ignore=tests/web
quick=$?
waited=0
for name in operation journey; do
    eval "wait \$$name" || waited=1
    cat build/tests/$name.log
done
run browser tests/web
browser=$?
"$python" -m coverage combine -q
[ "$quick" -eq 0 ] && [ "$waited" -eq 0 ] && [ "$browser" -eq 0 ]
