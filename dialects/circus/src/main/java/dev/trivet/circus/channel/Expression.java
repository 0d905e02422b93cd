package dev.trivet.circus.channel;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Writes the {@code default.nix} of a channel: for each system a set of attributes, nested as the names of the jobs say, whose leaves stand for
 * what was built. Packages are given in the order of their places, one system after the other; nothing is kept of them. For one thread.
 */
final class Expression {
    private static final String HEAD = """
            { system ? builtins.currentSystem }:

            let

              # The path is fetched from a binary cache when it is needed.
              storePath = path:
                if builtins ? appendContext
                then builtins.appendContext path { ${path} = { path = true; }; }
                else builtins.storePath path;

              # For nix-build, which wants something to build: links to what is there already.
              linksTo = name: outputName: outPath:
                derivation ({
                  inherit name;
                  system = "builtin";
                  builder = "builtin:buildenv";
                  derivations = [ "true" 5 1 outPath ];
                  manifest = outPath;
                  preferLocalBuild = true;
                  allowSubstitutes = false;
                } // (if outputName == "out" || builtins.compareVersions builtins.nixVersion "2.19" >= 0 then { } else {
                  outputs = [ outputName ];
                  out = builtins.placeholder outputName;
                }));

              # What looks like a derivation and is the result of one: it is not built but fetched, as by builtin:fetchurl.
              mkFakeDerivation = attrs: outputs: defaultOutput:
                let
                  outputNames = builtins.attrNames outputs;
                  element = outputName:
                    let outPath = storePath (builtins.getAttr outputName outputs);
                    in attrs // set // {
                      type = "derivation";
                      builder = "builtin:fetchurl";
                      outputs = outputNames;
                      # Who names an output wants this one alone.
                      outputSpecified = true;
                      meta = attrs.meta // { outputsToInstall = [ outputName ]; };
                      all = map (name: builtins.getAttr name set) outputNames;
                      drvPath = (linksTo attrs.name outputName outPath).drvPath;
                      inherit outputName outPath;
                    };
                  set = builtins.listToAttrs (map (name: { inherit name; value = element name; }) outputNames);
                in removeAttrs (builtins.getAttr defaultOutput set) [ "outputSpecified" ] // { inherit (attrs) meta; };

            in

            """;

    private final Appendable text;
    /** The sets that are not closed yet, and what each ends with. */
    private final List<String> open = new ArrayList<>();

    private final List<String> suffixes = new ArrayList<>();
    private boolean inSystem;
    private @Nullable JobPath heldPath;
    private @Nullable Offer held;
    private String indent = "  ";

    Expression(Appendable text) throws IOException {
        this.text = Objects.requireNonNull(text, "text is null");
        text.append(HEAD);
    }

    /** Begins the packages of a system. */
    void system(String system) throws IOException {
        endSystem();
        text.append("if system == ").append(NixText.string(system)).append(" then {\n\n");
        inSystem = true;
    }

    /** The packages that follow are for every other system. */
    void others() throws IOException {
        endSystem();
        text.append("{\n\n");
        inSystem = true;
    }

    /** A package. One that stands at the same place as the one before is left out. */
    void add(JobPath path, Offer one) throws IOException {
        if (path.equals(heldPath)) {
            return;
        }
        flush(path);
        close(path);
        heldPath = path;
        held = one;
    }

    /**
     * Ends the last system and everything.
     *
     * @param others whether packages for every other system were given
     */
    void end(boolean others) throws IOException {
        if (others) {
            closeAll();
            text.append("}\n");
        } else {
            endSystem();
            text.append("{ }\n");
        }
    }

    private void endSystem() throws IOException {
        if (inSystem) {
            closeAll();
            text.append("}\n\nelse ");
            inSystem = false;
        }
    }

    private void closeAll() throws IOException {
        flush(null);
        while (!open.isEmpty()) {
            closeOne();
        }
    }

    /** Writes the package that waited to know whether others are below it. */
    private void flush(@Nullable JobPath next) throws IOException {
        JobPath path = heldPath;
        Offer one = held;
        if (path == null || one == null) {
            return;
        }
        heldPath = null;
        held = null;
        boolean parent = next != null && next.isBelow(path);
        enter(path.words().subList(0, path.words().size() - 1));
        if (parent) {
            // What is below it can be had, too; where both say something, the package is right.
            begin(path.last());
            suffixes.add(" // (" + leaf(one, indent) + ")");
        } else {
            text.append(indent)
                    .append(NixText.attribute(path.last()))
                    .append(" = ")
                    .append(leaf(one, indent))
                    .append(";\n\n");
        }
    }

    private void enter(List<String> sets) throws IOException {
        for (int i = open.size(); i < sets.size(); i++) {
            begin(sets.get(i));
            suffixes.add("");
        }
    }

    private void close(JobPath next) throws IOException {
        while (open.size() >= next.words().size()
                || !next.words().subList(0, open.size()).equals(open)) {
            closeOne();
        }
    }

    private void closeOne() throws IOException {
        open.removeLast();
        String suffix = suffixes.removeLast();
        indent = indent.substring(2);
        text.append(indent).append("}").append(suffix).append(";\n\n");
    }

    private void begin(String set) throws IOException {
        text.append(indent)
                .append(NixText.attribute(set))
                // A job of that name counts more.
                .append(" = { recurseForDerivations = true; } // {\n");
        open.add(set);
        indent = indent + "  ";
    }

    private static String leaf(Offer one, String indent) {
        StringBuilder leaf = new StringBuilder("mkFakeDerivation {\n");
        String in = indent + "  ";
        leaf.append(in).append("name = ").append(NixText.string(one.name())).append(";\n");
        String system = one.system();
        leaf.append(in)
                .append(system == null ? "inherit system" : "system = " + NixText.string(system))
                .append(";\n");
        leaf.append(in).append("meta = {\n");
        one.meta()
                .forEach((name, value) -> leaf.append(in)
                        .append("  ")
                        .append(name)
                        .append(" = ")
                        .append(NixText.string(value))
                        .append(";\n"));
        leaf.append(in)
                .append("  outputsToInstall = [ ")
                .append(one.outputsToInstall().stream().map(NixText::string).collect(Collectors.joining(" ")))
                .append(" ];\n")
                .append(in)
                .append("};\n")
                .append(indent)
                .append("} {\n");
        one.outputs()
                .forEach((name, path) -> leaf.append(in)
                        .append(NixText.attribute(name))
                        .append(" = ")
                        .append(NixText.string(path))
                        .append(";\n"));
        return leaf.append(indent)
                .append("} ")
                .append(NixText.string(one.defaultOutput()))
                .toString();
    }
}
