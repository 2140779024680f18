#!/bin/sh
# Checks every template and builds what `sam deploy` uploads, with SAM CLI in an environment of its own.
# Settings: PYTHON makes that environment (3.11 or newer); DIST is where it and the build go.
set -eu

cd "$(dirname "$0")/.."
python=${PYTHON:-python3}
dist=${DIST:-build}
environment=$dist/sam-cli

if [ ! -e "$environment/.installed" ] || [ stacks/requirements.lock -nt "$environment/.installed" ]; then
    echo "Installing SAM CLI into $environment"
    "$python" -m venv --clear "$environment"
    "$environment/bin/python" -m pip --disable-pip-version-check install -qq --no-deps --require-hashes \
        --requirement stacks/requirements.lock
    touch "$environment/.installed"
fi

PATH=$(cd "$environment/bin" && pwd):$PATH
SAM_CLI_TELEMETRY=0
AWS_DEFAULT_REGION=${AWS_DEFAULT_REGION:-us-east-1}
export PATH SAM_CLI_TELEMETRY AWS_DEFAULT_REGION

for template in template.yaml stacks/*.yaml; do
    sam validate --lint --template "$template"
done
sam build
