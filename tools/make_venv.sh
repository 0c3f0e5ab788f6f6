#!/bin/sh
# Makes the virtual environment $1 with a Python of at least 3.11; PYTHON names another one.
# A bare Debian lacks ensurepip: as root it is installed, for anyone else the message says how.
set -eu
venv=$1

python=
for candidate in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11}; do
    if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        python=$candidate
        break
    fi
done
if [ -z "$python" ]; then
    echo "需要 Python 3.11 或更高版本，请安装后重试，或用 make PYTHON=/路径/python3 指定" >&2
    echo "Python 3.11 or later is needed: install it, or name one with make PYTHON=/path/to/python3" >&2
    exit 2
fi

if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    package=$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
    install="apt-get -o DPkg::Lock::Timeout=120 install -y -q --no-install-recommends"
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        export DEBIAN_FRONTEND=noninteractive
        $install "$package" || { apt-get update -q || true; $install "$package"; }
    else
        echo "Python 缺少 venv 模块，请由管理员执行 apt-get install -y $package 后重试" >&2
        echo "Python lacks its venv module: have an administrator run apt-get install -y $package" >&2
        exit 2
    fi
fi

# what an interrupted run left behind is not mended but made anew; a whole one is kept
"$venv/bin/python" -m pip --version >/dev/null 2>&1 || "$python" -m venv --clear "$venv"
