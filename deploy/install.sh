#!/bin/sh
# Installs what production runs into a folder:
#
#   deploy/install.sh FOLDER [PYTHON]
#
# FOLDER/app is the code with its static files, FOLDER/venv its packages. Needs Python 3.11 to 3.14 and a
# package index, no root. Running it again brings FOLDER up to date. The Dockerfile does nothing else.
set -eu

if [ $# -lt 1 ]; then
    echo "usage: deploy/install.sh FOLDER [PYTHON]" >&2
    exit 2
fi
source=$(cd "$(dirname "$0")/.." && pwd)
mkdir -p "$1"
folder=$(cd "$1" && pwd)
python=${2:-python3}

"$python" -c 'import sys; sys.exit("Python 3.11 or newer is needed." if sys.version_info < (3, 11) else 0)'

# The code of the site and nothing else: no tests, no tools, no local data. The old code goes first, so
# that a module that was deleted does not live on.
rm -rf "$folder/app.new"
mkdir "$folder/app.new"
(cd "$source" && tar -cf - --exclude=__pycache__ \
    LICENSE manage.py requirements.txt ticketmaster events search bookings payments templates static) |
    tar -xf - -C "$folder/app.new"

"$python" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --disable-pip-version-check --no-input --quiet \
    --only-binary :all: -r "$folder/app.new/requirements.txt"

# Production settings want a secret; this one signs nothing. `env -i`: what the person's own shell
# happens to set must not end up in the files.
env -i PATH="$PATH" HOME="${HOME:-/}" SECRET_KEY=only-to-collect-static-files \
    DJANGO_SETTINGS_MODULE=ticketmaster.settings.prod SITE_URL=https://localhost \
    "$folder/venv/bin/python" "$folder/app.new/manage.py" collectstatic --noinput --verbosity 0

rm -rf "$folder/app"
mv "$folder/app.new" "$folder/app"
# Compiled now, because a server may not be allowed to write there.
"$folder/venv/bin/python" -m compileall -q "$folder/app"
echo "Installed in $folder."
