#!/bin/sh
# Installs krakend-watch from a release, once its sum is right:
#
#   curl -fsSL https://github.com/krakend-watch/krakend-watch/releases/latest/download/install.sh | sh
#
# BIN is the folder for the program: /usr/local/bin if you may write there, else
# ~/.local/bin. VERSION is the release: the latest one if unset. RELEASES is where
# releases are, for a mirror.
set -eu

releases=${RELEASES:-https://github.com/krakend-watch/krakend-watch/releases}

fail() {
  echo "install.sh: $*" >&2
  exit 1
}

if command -v curl >/dev/null; then
  fetch() { curl -fsSL -o "$2" "$1"; }
elif command -v wget >/dev/null; then
  fetch() { wget -qO "$2" "$1"; }
else
  fail "there is no curl and no wget to fetch it with"
fi

if command -v sha256sum >/dev/null; then
  check() { sha256sum -c -; }
elif command -v shasum >/dev/null; then
  check() { shasum -a 256 -c -; }
else
  fail "there is no sha256sum and no shasum to check it with"
fi

main() {
  case $(uname -s) in
    Linux) system=linux ;;
    Darwin) system=darwin ;;
    *) fail "there is no file for $(uname -s): Linux and macOS have one" ;;
  esac
  case $(uname -m) in
    x86_64 | amd64) machine=amd64 ;;
    aarch64 | arm64) machine=arm64 ;;
    *) fail "there is no file for $(uname -m): x86_64 and arm64 have one" ;;
  esac
  file=krakend-watch-$system-$machine
  if [ -n "${VERSION:-}" ]; then
    release=$releases/download/v${VERSION#v}
  else
    release=$releases/latest/download
  fi
  if [ -z "${BIN:-}" ]; then
    BIN=/usr/local/bin
    [ -w "$BIN" ] || BIN=$HOME/.local/bin
  fi

  folder=$(mktemp -d)
  trap 'rm -rf "$folder"' EXIT
  trap 'exit 1' HUP INT TERM
  fetch "$release/$file" "$folder/$file" || fail "cannot fetch $release/$file"
  fetch "$release/SHA256SUMS" "$folder/SHA256SUMS" ||
    fail "cannot fetch $release/SHA256SUMS"
  (cd "$folder" && grep " $file\$" SHA256SUMS | check) >/dev/null 2>&1 ||
    fail "$file is not the file of the release: its sum is wrong; nothing was installed"

  mkdir -p "$BIN"
  chmod 755 "$folder/$file"
  # In one step: an older one may be running.
  cp "$folder/$file" "$BIN/.krakend-watch.new"
  mv -f "$BIN/.krakend-watch.new" "$BIN/krakend-watch"
  "$BIN/krakend-watch" --version
  case :$PATH: in
    *:"$BIN":*) ;;
    *) echo "install.sh: add $BIN to your PATH" >&2 ;;
  esac
}

# A download that is cut short must run nothing.
main
