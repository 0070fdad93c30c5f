#!/usr/bin/env bash
# Format, lints, documentation, dependencies: warnings are errors.
set -euo pipefail
cd "$(dirname "$0")/.."
cargo fmt --all --check
cargo clippy --workspace --all-targets --locked --quiet -- -D warnings
RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --locked --quiet
scripts/check-dependencies.sh
(cd web && npm run --silent check)
