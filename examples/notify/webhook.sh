#!/bin/sh
# Posts each ask of an agent, as it comes on stdin, to a URL:  bottled run bottles --notify 'sh /path/to/webhook.sh'
# The URL is a secret: it stands in a file of yours (0600), in curl's own words, and in no argument:  url = "https://…"
# A header that a service asks for goes there, too:  header = "Authorization: Bearer …"
set -eu
exec curl --config "${BOTTLED_WEBHOOK:-$HOME/.config/bottled/webhook}" \
  --silent --show-error --fail --output /dev/null --max-time 8 --retry 0 --proto =http,https \
  --header 'content-type: application/json' --data-binary @-
