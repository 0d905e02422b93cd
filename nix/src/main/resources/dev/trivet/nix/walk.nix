# Looks at one attribute path of a job set: a job, a set with more inside, or something else. One call for each path, so that an error in
# one of them is an error of that one alone.
{ root, autoArgs ? {} }:
let
  # What nix-build does with a function: it calls it with those of the arguments that it names.
  call = f: if builtins.isFunction f then f (builtins.intersectAttrs (builtins.functionArgs f) autoArgs) else f;
  top = call root;
  get = value: path:
    if path == [] then value
    else get (call (builtins.getAttr (builtins.head path) value)) (builtins.tail path);
  split = name: builtins.filter builtins.isString (builtins.split "\\." name);
  strip = builtins.unsafeDiscardStringContext;
  orElse = other: value:
    let tried = builtins.tryEval (builtins.deepSeq value value);
    in if tried.success then tried.value else other;
  pick = names: set: builtins.listToAttrs (builtins.concatMap
    (name: if set ? ${name} then [ { inherit name; value = orElse null set.${name}; } ] else [])
    names);
  isDerivation = value: builtins.isAttrs value && (value.type or null) == "derivation";
  isName = constituent: builtins.isString constituent && !(builtins.hasContext constituent);
  # A constituent that is only named becomes a dependency: the aggregate is built after it.
  aggregate = value:
    let resolve = c: if isName c then get top (split c) else c;
    in if builtins.any isName (value.constituents or [])
       then derivation (value.drvAttrs // { constituents = map resolve value.constituents; })
       else value;
  job = path: original:
    let value = if original._hydraAggregate or false then aggregate original else original;
    in {
      kind = "job";
      name = value.name;
      system = value.system;
      drvPath = strip value.drvPath;
      outputs = builtins.listToAttrs
        (map (o: { name = o; value = strip value.${o}.outPath; }) (value.outputs or [ "out" ]));
      meta = pick
        [ "description" "license" "homepage" "maintainers" "schedulingPriority" "timeout" "maxSilent" ]
        (original.meta or {});
      isAggregate = original._hydraAggregate or false;
      constituents = map
        (c: if isName c then { job = c; }
            else if builtins.isString c then { drv = builtins.head (builtins.attrNames (builtins.getContext c)); }
            else { drv = strip c.drvPath; })
        (original.constituents or []);
    };
in path:
  let value = get top path; in
  if isDerivation value then job path value
  else if builtins.isAttrs value then {
    kind = "set";
    attrs = if path == [] || (value.recurseForDerivations or false) || (value._recurseAlways or false)
      then builtins.attrNames value else [];
  }
  else { kind = "other"; }
