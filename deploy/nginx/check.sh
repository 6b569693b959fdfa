#!/bin/sh
# Fills in the gateway's configuration as nginx's image does and lets nginx judge it. Needs nginx and
# openssl; touches nothing but a temporary folder.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=localhost \
    -keyout "$folder/privkey.pem" -out "$folder/fullchain.pem" 2>/dev/null
# Ports above 1024, so that it also works without root.
sed -e 's|${WEB_UPSTREAM}|127.0.0.1:8000|' -e "s|\${CACHE_FOLDER}|$folder/cache|" -e "s|/etc/nginx/certificates|$folder|" \
    -e 's|listen 80 |listen 127.0.0.1:18080 |' -e 's|listen 443 |listen 127.0.0.1:18443 |' \
    "$here/frontrow.conf.template" >"$folder/site.conf"
cat >"$folder/nginx.conf" <<END
pid $folder/nginx.pid;
error_log stderr;
events {}
http {
    client_body_temp_path $folder;
    proxy_temp_path $folder;
    fastcgi_temp_path $folder;
    uwsgi_temp_path $folder;
    scgi_temp_path $folder;
    include $folder/site.conf;
}
END
"${NGINX:-nginx}" -t -p "$folder" -c "$folder/nginx.conf"
