package dev.trivet.circus;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.Comparator;
import java.util.HexFormat;

/** Everything that an evaluation's result depends on, as a hash (spec section 4.1): two with the same need not both be made. */
final class InputsHash {
    private InputsHash() {}

    /** Of a commit, the jobset's expression and its inputs; lower case hexadecimal SHA-256. */
    static String of(String commit, Jobset jobset, Collection<JobsetInput> inputs) {
        MessageDigest hash = sha256();
        add(hash, commit);
        add(hash, jobset.flakeMode() ? "flake" : "file");
        add(hash, jobset.nixExpression());
        inputs.stream().sorted(Comparator.comparing(JobsetInput::name)).forEach(input -> {
            add(hash, input.name());
            add(hash, input.inputType());
            add(hash, input.value());
            add(hash, input.revision() == null ? "" : input.revision());
        });
        return HexFormat.of().formatHex(hash.digest());
    }

    private static void add(MessageDigest hash, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        hash.update((bytes.length + ":").getBytes(StandardCharsets.UTF_8));
        hash.update(bytes);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-256", e);
        }
    }
}
