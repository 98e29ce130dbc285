#!/bin/sh
# Makes .venv with everything pinned, and the system libraries that Qt needs. Does nothing twice.
# Usage: sh packaging/setup.sh [window]    "window": the libraries for a real screen too, where there is one.
#        PYTHON=/path/to/python3 chooses the interpreter.
set -eu
cd "$(dirname "$0")/.."
exec </dev/null

say() { printf '%s\n' "$*"; }
stop() { printf '%s\n' "$*" >&2; exit 1; }

# Root, or a sudo that asks nothing; else a failure.
as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}
may_be_root() {
    [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null
}

find_python() {
    new_enough=
    for candidate in ${PYTHON:-python3 python3.13 python3.12 python3.11}; do
        "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue
        new_enough=$candidate
        if "$candidate" -c 'import ensurepip, venv' 2>/dev/null; then
            python=$candidate
            return
        fi
    done
    [ -z "$new_enough" ] || stop "$new_enough cannot make virtual environments; install its venv module first: sudo apt-get install python3-venv"
    stop "Python 3.11 or newer is needed (or name one: make PYTHON=/path/to/python3): sudo apt-get install python3 python3-venv"
}

# What the environment was made from; where that has changed, it is made anew.
stamp_of() {
    "$1" - <<'PYTHON'
import hashlib, pathlib, sys
digest = hashlib.sha256(repr((sys.version_info[:3], str(pathlib.Path.cwd()))).encode())
for name in ("pyproject.toml", "packaging/constraints.txt"):
    digest.update(pathlib.Path(name).read_bytes())
print(digest.hexdigest())
PYTHON
}

make_environment() {
    find_python
    wanted=$(stamp_of "$python")
    if [ -x .venv/bin/python ] && [ "$(cat .venv/stamp 2>/dev/null)" = "$wanted" ]; then
        return
    fi
    say "Making .venv with $("$python" --version) ..."
    "$python" -m venv --clear .venv || stop "The virtual environment could not be made; see above."
    say "Installing the pinned packages (a minute or two the first time) ..."
    .venv/bin/python -m pip install -qq --disable-pip-version-check --no-input --compile \
        --constraint packaging/constraints.txt --editable '.[dev]' \
        || stop "The packages could not be installed; see above."
    printf '%s\n' "$wanted" >.venv/stamp
}

check_system() {
    [ -z "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ] && kind=offscreen || kind=${1:-offscreen}
    missing=$(.venv/bin/python packaging/check_system.py "$kind") || exit 1
    [ -n "$missing" ] || return 0
    command -v apt-get >/dev/null \
        || stop "Qt needs libraries that this system lacks; Debian calls their packages: $missing"
    may_be_root || stop "Qt needs system libraries first: sudo apt-get install $missing"
    say "Installing system libraries for Qt: $missing"
    # One repository that does not answer need not matter: the installation below is the judge.
    as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq || true
    # shellcheck disable=SC2086 # one word per package is meant
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends \
        -o DPkg::Lock::Timeout=120 $missing >/dev/null \
        || stop "The system libraries could not be installed; try: sudo apt-get install $missing"
    left=$(.venv/bin/python packaging/check_system.py "$kind") || exit 1
    [ -z "$left" ] || stop "These packages are installed, but Qt does not find their libraries: $left"
}

make_environment
# Start-up is two to three times slower without bytecode, and some systems never write it by themselves.
.venv/bin/python -m compileall -q webpush_admin || stop "The program does not compile; see above."
check_system "${1:-}"
