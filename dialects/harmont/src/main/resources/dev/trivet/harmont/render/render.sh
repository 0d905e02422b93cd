# Renders the pipeline $1 of the working tree in the current directory into the file $2.
# Plain JSON is taken as it is; programs are run by the tool that understands them.
set -eu
slug=$1
out=$2
for dir in .hm .harmont; do
  [ -d "$dir" ] || continue
  if [ -f "$dir/$slug.json" ]; then
    cat "$dir/$slug.json" >"$out"
    exit 0
  fi
  if command -v hm >/dev/null 2>&1; then
    hm render "$slug" >"$out"
    exit 0
  fi
  if ls "$dir"/*.py >/dev/null 2>&1 && python3 -c 'import harmont' >/dev/null 2>&1; then
    python3 - "$dir" "$slug" >"$out" <<'PROGRAM'
import glob, importlib.util, json, os, sys
directory, slug = sys.argv[1], sys.argv[2]
import harmont
for path in sorted(glob.glob(os.path.join(directory, "*.py"))):
    name = os.path.splitext(os.path.basename(path))[0].replace("-", "_")
    spec = importlib.util.spec_from_file_location(name, path)
    spec.loader.exec_module(importlib.util.module_from_spec(spec))
found = [p for p in json.loads(harmont.dump_registry_json())["pipelines"] if p["slug"] == slug]
if not found:
    sys.exit("no program in " + directory + " declares a pipeline " + slug)
json.dump(found[0]["definition"], sys.stdout)
PROGRAM
    exit 0
  fi
  if ls "$dir"/*.ts >/dev/null 2>&1 && command -v node >/dev/null 2>&1; then
    node --input-type=module - "$PWD/$dir" "$slug" >"$out" <<'PROGRAM'
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
const [directory, slug] = process.argv.slice(2);
const all = [];
for (const file of readdirSync(directory).filter((name) => name.endsWith(".ts")).sort()) {
  const exported = (await import(pathToFileURL(join(directory, file)))).default;
  if (Array.isArray(exported)) all.push(...exported);
}
const found = all.find((pipeline) => pipeline.slug === slug);
if (!found) throw new Error(`no program in ${directory} declares a pipeline ${slug}`);
process.stdout.write(JSON.stringify(found.pipeline));
PROGRAM
    exit 0
  fi
  echo "neither $dir/$slug.json nor a tool for the programs in $dir is there: expected hm, or python3 with the" \
    "package harmont for .py files, or node for .ts files" >&2
  exit 2
done
echo "there is no .hm directory with pipelines in the sources" >&2
exit 2
