#!/bin/sh
# Builds the runner in a folder outside the repository: build.sh FOLDER
# The crate asks two web sites for its lists of towns; here they are told to be on this machine.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1" && cd "$1"
cp -R "$here/Cargo.toml" "$here/src" .
cargo vendor --quiet vendor >/dev/null
rm -rf crate && cp -R vendor/japanese-address-parser crate
sed -i -E 's#https://(yuukitoriyama.github.io/geolonia-japanese-addresses-accompanist|geolonia.github.io/japanese-addresses/api/ja)#http://127.0.0.1:8765/api/ja#' \
  crate/src/repository/geolonia/city.rs crate/src/repository/geolonia/prefecture.rs
printf '\n[patch.crates-io]\njapanese-address-parser = { path = "crate" }\n' >> Cargo.toml
cargo build --quiet
