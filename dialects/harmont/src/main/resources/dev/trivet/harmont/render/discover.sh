# Lists the pipelines that the working tree in the current directory declares, as one JSON document in the file $1.
set -eu
out=$1
for dir in .hm .harmont; do
  [ -d "$dir" ] || continue
  if ls "$dir"/*.json >/dev/null 2>&1; then
    comma=
    printf '{"schema_version":"1","pipelines":[' >"$out"
    for file in "$dir"/*.json; do
      slug=$(basename "$file" .json)
      case $slug in
        '' | *[!a-z0-9-]* | [!a-z]*) continue ;;
      esac
      printf '%s{"slug":"%s","definition":' "$comma" "$slug" >>"$out"
      cat "$file" >>"$out"
      printf '}' >>"$out"
      comma=,
    done
    printf ']}' >>"$out"
    exit 0
  fi
  if command -v hm >/dev/null 2>&1; then
    hm pipelines >"$out"
    exit 0
  fi
  if ls "$dir"/*.py >/dev/null 2>&1 && python3 -c 'import harmont' >/dev/null 2>&1; then
    python3 - "$dir" >"$out" <<'PROGRAM'
import glob, importlib.util, os, sys
directory = sys.argv[1]
import harmont
for path in sorted(glob.glob(os.path.join(directory, "*.py"))):
    name = os.path.splitext(os.path.basename(path))[0].replace("-", "_")
    spec = importlib.util.spec_from_file_location(name, path)
    spec.loader.exec_module(importlib.util.module_from_spec(spec))
sys.stdout.write(harmont.dump_registry_json())
PROGRAM
    exit 0
  fi
  if ls "$dir"/*.ts >/dev/null 2>&1 && command -v node >/dev/null 2>&1; then
    node --input-type=module - "$PWD/$dir" >"$out" <<'PROGRAM'
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
const directory = process.argv[2];
const pipelines = [];
for (const file of readdirSync(directory).filter((name) => name.endsWith(".ts")).sort()) {
  const exported = (await import(pathToFileURL(join(directory, file)))).default;
  for (const one of Array.isArray(exported) ? exported : []) {
    pipelines.push({ slug: one.slug, name: one.name ?? one.slug, allow_manual: one.allowManual ?? true,
      triggers: one.triggers ?? [], definition: one.pipeline });
  }
}
process.stdout.write(JSON.stringify({ schema_version: "1", pipelines }));
PROGRAM
    exit 0
  fi
  echo "no tool for the programs in $dir is there: expected hm, or python3 with the package harmont for .py files," \
    "or node for .ts files" >&2
  exit 2
done
printf '{"schema_version":"1","pipelines":[]}' >"$out"
