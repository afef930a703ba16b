# What .ci/run is made of: parts that are played, counted and timed, and the last forty lines. To be sourced.
#
# Flow: begin → step and tests, one after another → finish
# Guarantees: the last line is `N passed, N failed`; above it, within forty lines, stand what failed with the command that
#   plays it again, what was retried for the machine's sake, and the parts' times. A whole run that passes writes its commit
#   to .git/ci-passed, one that fails takes it away.

LAST_LINES=40

begin() { # [NAME …]: only these parts, which records nothing
  only=" $* "
  passed=0 failed=0 began=$SECONDS
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  commit=$(git rev-parse HEAD)
  mark=$(git rev-parse --git-path ci-passed)
  if [ "$only" = "  " ] && [ "$(cat "$mark" 2>/dev/null)" = "$commit" ]; then rm -f "$mark"; fi
}

is_played() { [ "$only" = "  " ] || [[ "$only" == *" $1 "* ]]; }

step() { # NAME COMMAND…: one check that counts as one test; $replay, where the command itself is no help
  local name=$1 t=$SECONDS what
  shift
  is_played "$name" || return 0
  "$@" 2>&1 | tee "$work/log"
  if [ "${PIPESTATUS[0]}" -eq 0 ]; then
    count "$name" 1 0 "$((SECONDS - t))"
  else
    count "$name" 0 1 "$((SECONDS - t))"
    what=$(grep -v '^Found ' "$work/log" | grep -m 1 -A 1 -iE 'error|fail|^ *[x×✗] |warning' || grep -v '^ *$' "$work/log" | tail -n 1)
    what=$(tr -s ' \n' ' ' <<<" $what ")
    blame "$name" "$name:${what% }" "${replay:-$*}"
  fi
}

tests() { # NAME COMMAND…: its closing line "N passed, N failed" is added to ours
  local name=$1 t=$SECONDS code line good=0 bad=1
  shift
  is_played "$name" || return 0
  "$@" 2>&1 | tee "$work/log"
  code=${PIPESTATUS[0]}
  line=$(grep -E '^[0-9]+ passed, [0-9]+ failed' "$work/log" | tail -n 1)
  if [ -n "$line" ]; then
    good=${line%% passed*} bad=${line#*passed, } bad=${bad%% failed*}
    # A run that ends badly without a failed test has failed all the same.
    if [ "$code" -ne 0 ] && [ "$bad" -eq 0 ]; then bad=1; fi
  fi
  count "$name" "$good" "$bad" "$((SECONDS - t))"
  # Whatever a program may print on the way: what it says of failures and retries begins these lines.
  grep -E '^RETRIED  ' "$work/log" | sed "s/^RETRIED  /retried for the machine's sake: /" >>"$work/retried"
  [ "$bad" -eq 0 ] || grep -E '^(FAILED  |  replay: )' "$work/log" >"$work/failed-$name"
  [ "$bad" -eq 0 ] || [ -s "$work/failed-$name" ] || blame "$name" "$name: exit $code: $(grep -v '^ *$' "$work/log" | tail -n 1)" "${replay:-$*}"
}

skipped() { # NAME WHY
  is_played "$1" || return 0
  echo "== $1: skipped, $2"
  printf '%s\t-\t-\tskipped, %s\n' "$1" "$2" >>"$work/times"
}

count() { # NAME PASSED FAILED SECONDS
  passed=$((passed + $2)) failed=$((failed + $3))
  printf '%s\t%s\t%s\t%s\n' "$@" >>"$work/times"
  echo "== $1: $([ "$3" -eq 0 ] && echo ok || echo FAILED) ($4 s)"
}

blame() { # NAME WHAT REPLAY
  printf 'FAILED  %s\n  replay: %s\n' "$2" "$3" >"$work/failed-$1"
}

finish() {
  local retried=() times=() left
  if [ ! -s "$work/times" ]; then blame none "no part is named$only" .ci/run; failed=1; : >"$work/times"; fi
  mapfile -t times < <(print_times)
  [ ! -s "$work/retried" ] || mapfile -t retried < <(cut -c -200 "$work/retried" | head -n 4)
  left=$((LAST_LINES - ${#times[@]} - ${#retried[@]} - 3))
  [ "$failed" -eq 0 ] || print_failures "$left"
  [ ${#retried[@]} -eq 0 ] || printf '%s\n' "${retried[@]}"
  printf '%s\n' "${times[@]}"
  [ "$failed" -ne 0 ] || record
  echo "$passed passed, $failed failed"
  [ "$failed" -eq 0 ]
}

print_times() { # What took less than ten seconds and passed is one line.
  printf '%-12s%9s%9s%9s\n' part passed failed seconds
  awk -F '\t' '$3 == 0 && $4 < 10 { n++; good += $2; s += $4; next } { printf "%-12s%9s%9s%9s\n", $1, $2, $3, $4 }
    END { if (n) printf "%-12s%9d%9d%9d\n", n " short", good, 0, s }' "$work/times"
  printf '%-12s%9d%9d%9d\n' all "$passed" "$failed" "$((SECONDS - began))"
}

print_failures() { # LINES: of each part the first, in the order of the parts; then the others, as far as there is room
  local files=() name
  while IFS=$'\t' read -r name _; do [ ! -s "$work/failed-$name" ] || files+=("$work/failed-$name"); done <"$work/times"
  [ ! -s "$work/failed-none" ] || files+=("$work/failed-none")
  awk -v room="$1" -v shown=3 '
    FNR == 1 { part++; blocks[part] = 1; size = 0 }
    { $0 = substr($0, 1, 300) }
    /^FAILED/ && ++size <= shown { text[part, blocks[part]] = text[part, blocks[part]] $0 "\n"; lines[part, blocks[part]]++ }
    /^FAILED/ { failures[part, blocks[part]]++ }
    /^  replay/ {
      at = part SUBSEP blocks[part]
      if (size > shown) { text[at] = text[at] "… and " (size - shown) " more\n"; lines[at]++ }
      text[at] = text[at] $0 "\n"; lines[at]++
      blocks[part]++; size = 0
    }
    END {
      for (round = 1; more || round == 1; round++) {
        more = 0
        for (p = 1; p <= part; p++) {
          if (!((p, round) in text)) continue
          more = 1
          if (used + lines[p, round] <= room) { printf "%s", text[p, round]; used += lines[p, round] }
          else dropped += failures[p, round]
        }
      }
      if (dropped) print "… and " dropped " more, above"
    }' "${files[@]}"
}

record() { # that this commit passed, where that is true of it
  if [ "$only" != "  " ]; then return; fi
  if [ "$(git rev-parse HEAD)" != "$commit" ] || [ -n "$(git status --porcelain)" ]; then
    echo "not written to .git/ci-passed: what was played is not the commit $(git rev-parse --short HEAD)"
  else
    echo "$commit" >"$mark"
  fi
}
