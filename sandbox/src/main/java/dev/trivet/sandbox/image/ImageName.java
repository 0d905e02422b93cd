package dev.trivet.sandbox.image;

import dev.trivet.sandbox.SandboxException;
import java.util.regex.Pattern;

/** The form of image names: {@code distro} or {@code distro/release}, as users of builds.sr.ht write them. */
final class ImageName {
    private static final int LONGEST = 128;
    private static final String WORD = "[a-z0-9][a-z0-9._-]*";
    private static final Pattern FORM = Pattern.compile(WORD + "(?:/" + WORD + ")?");

    private ImageName() {}

    static void check(String name) throws SandboxException {
        if (name.length() > LONGEST || !FORM.matcher(name).matches()) {
            throw new SandboxException(
                    SandboxException.Reason.NO_SUCH_IMAGE,
                    "'" + shown(name) + "' is not the name of an image: expected such as debian/stable"
                            + " (lower-case letters, digits, '.', '_' and '-', one '/' at most)");
        }
    }

    /** A stranger's text for a message: one line, not too long. */
    static String shown(String name) {
        String line = name.replaceAll("\\p{Cntrl}", "?");
        return line.length() > LONGEST ? line.substring(0, LONGEST) + "…" : line;
    }
}
