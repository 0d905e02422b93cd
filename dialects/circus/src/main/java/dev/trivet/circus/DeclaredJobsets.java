package dev.trivet.circus;

import dev.trivet.circus.Declaration.DeclaredInput;
import dev.trivet.circus.Declaration.DeclaredJobset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** Reads declared jobsets; the same in the server's configuration and in a repository (spec sections 4.5, 12.3). */
final class DeclaredJobsets {
    private static final int MOST = 500;
    private static final int INTERVAL = 60;
    private static final int SHARES = 100;

    private static final String[] JOBSET = {
        "name",
        "nix_expression",
        "enabled",
        "flake_mode",
        "check_interval",
        "state",
        "branch",
        "scheduling_shares",
        "keep_nr",
        "inputs"
    };

    private static final String[] INPUT = {"name", "input_type", "value", "revision"};

    private DeclaredJobsets() {}

    /** @param strict whether members that do not exist are refused */
    static List<DeclaredJobset> read(List<JsonFields> declared, boolean strict) {
        if (declared.size() > MOST) {
            throw CircusErrors.invalid("jobsets", "must be at most " + MOST + ", not " + declared.size());
        }
        List<DeclaredJobset> jobsets = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (JsonFields fields : declared) {
            if (strict) {
                fields.allow(JOBSET);
            }
            DeclaredJobset jobset = jobset(fields, strict);
            if (!names.add(jobset.name())) {
                throw CircusErrors.invalid(fields.path("name"), "'" + jobset.name() + "' is declared twice");
            }
            jobsets.add(jobset);
        }
        return jobsets;
    }

    private static DeclaredJobset jobset(JsonFields fields, boolean strict) {
        String state = fields.textOrNull("state");
        return new DeclaredJobset(
                Validation.name(fields.path("name"), fields.text("name")),
                Validation.expression(fields.path("nix_expression"), fields.text("nix_expression")),
                Objects.requireNonNullElse(fields.flagOrNull("enabled"), true),
                Objects.requireNonNullElse(fields.flagOrNull("flake_mode"), true),
                Objects.requireNonNullElse(
                        Validation.intervalOrNull(fields.path("check_interval"), fields.numberOrNull("check_interval")),
                        INTERVAL),
                // An unknown word is no mistake here: it means that the jobset is evaluated.
                state == null ? null : JobsetState.named(state).orElse(JobsetState.ENABLED),
                Validation.branchOrNull(fields.path("branch"), fields.textOrNull("branch")),
                Objects.requireNonNullElse(fields.numberOrNull("scheduling_shares"), SHARES),
                fields.numberOrNull("keep_nr"),
                inputs(fields.objectsOrNone("inputs"), strict));
    }

    private static List<DeclaredInput> inputs(List<JsonFields> declared, boolean strict) {
        List<DeclaredInput> inputs = new ArrayList<>();
        for (JsonFields fields : declared) {
            if (strict) {
                fields.allow(INPUT);
            }
            InputStore.NewInput input = Validation.input(
                    fields.text("name"),
                    fields.text("input_type"),
                    fields.text("value"),
                    fields.textOrNull("revision"));
            inputs.add(new DeclaredInput(input.name(), input.inputType(), input.value(), input.revision()));
        }
        return inputs;
    }
}
