#!/usr/bin/env bash
# Sees to it that what a step needs is on this machine. Installs Debian packages when it may, else says what is missing.
# usage: setup.sh build|web|check|test|parquet
set -euo pipefail
need=${1:-build}
missing=()

have() { command -v "$1" >/dev/null 2>&1; }

apt_install() { # packages…
    if ! have apt-get; then return 1; fi
    local sudo=()
    if [ "$(id -u)" != 0 ]; then
        if have sudo && sudo -n true 2>/dev/null; then sudo=(sudo -n); else return 1; fi
    fi
    echo "setup: installing $* (Debian packages)" >&2
    "${sudo[@]}" apt-get update -qq >/dev/null 2>&1 || true
    DEBIAN_FRONTEND=noninteractive "${sudo[@]}" apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

want() { # test-command package…
    local probe=$1
    shift
    if ! eval "$probe" >/dev/null 2>&1; then
        apt_install "$@" || true
        eval "$probe" >/dev/null 2>&1 || missing+=("$*")
    fi
}

have cargo || missing+=("the Rust toolchain (https://rustup.rs, version in rust-toolchain.toml or newer)")
have node || missing+=("Node.js 20 or newer")
have npm || missing+=("npm")
want 'command -v cc' gcc libc6-dev
want 'command -v make' make

if [ "$need" = parquet ]; then
    want 'python3 -c "import ensurepip, venv"' python3 python3-venv
fi
if [ "$need" = test ]; then
    want 'ls /usr/lib/postgresql/*/bin/initdb || command -v initdb' postgresql
    want 'command -v chromium || command -v chromium-browser || command -v google-chrome' chromium
    want 'fc-list :lang=zh | grep -q .' fonts-noto-cjk fontconfig
fi
if [ "$need" = test ] || [ "$need" = check ]; then
    if have cargo && ! cargo deny --version >/dev/null 2>&1; then
        echo "setup: building cargo-deny (licences, advisories), once" >&2
        cargo install cargo-deny --version "$(cat "$(dirname "$0")/cargo-deny.version")" --locked --quiet || missing+=("cargo-deny (cargo install cargo-deny --locked)")
    fi
fi

if [ ${#missing[@]} -gt 0 ]; then
    echo "setup: this machine lacks, and it could not be installed from here:" >&2
    printf '  - %s\n' "${missing[@]}" >&2
    exit 2
fi
