#!/bin/sh
# A client of Trivet made of curl alone: submits a build, follows its log by Range requests, downloads its artifact, cancels another.
#
#   TRIVET_TOKEN=… curl.sh http://127.0.0.1:8080      (files go to the current folder)
set -eu

server=$1

api() { curl -fsS -H "Authorization: Bearer $TRIVET_TOKEN" "$@"; }
post() { api -H 'Content-Type: application/json' --data "$2" "$server$1"; }
# The first value of key $1 in the JSON of standard input.
first() { grep -o "\"$1\":[^,}]*" | head -n 1 | cut -d: -f2- | tr -d '"'; }
status() { api "$server/api/jobs/$1" | first status; }

job=$(post /api/jobs '{"manifest": "image: debian/bookworm\nartifacts:\n  - result.txt\ntasks:\n  - count: |\n      for i in 1 2 3 4 5; do echo line $i; sleep 0.3; done\n      echo the result > result.txt\n"}' | first id)

# Follow: ask for what comes after the bytes that are here. 206 brings some, 416 means nothing new, 404 not begun.
log=$server/logs/$job/count/log
: >followed.log
while :; do
  state=$(status "$job")
  at=$(($(wc -c <followed.log)))
  code=$(curl -sS -o piece -w '%{http_code}' -H "Authorization: Bearer $TRIVET_TOKEN" -H "Range: bytes=$at-" "$log")
  case $code in
    206) cat piece >>followed.log ;;
    404 | 416)
      case $state in pending | queued | running) sleep 0.2 ;; *) break ;; esac
      ;;
    *) echo "unexpected answer $code" && exit 1 ;;
  esac
done
echo "job: $(status "$job")"

# What came in pieces is the whole.
api -o whole.log "$log"
cmp followed.log whole.log

api -o result.txt "$(api "$server/api/jobs/$job/artifacts" | grep -o '"url":"[^"]*"' | cut -d'"' -f4)"
echo "artifact: $(cat result.txt)"

other=$(post /api/jobs '{"manifest": "image: debian/bookworm\ntasks:\n  - slow: sleep 300\n"}' | first id)
api -X POST -o cancel.json "$server/api/jobs/$other/cancel"
while :; do
  state=$(status "$other")
  case $state in pending | queued | running) sleep 0.2 ;; *) break ;; esac
done
echo "other job: $state"
