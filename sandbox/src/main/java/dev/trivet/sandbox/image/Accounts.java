package dev.trivet.sandbox.image;

import java.util.ArrayList;
import java.util.List;

/** The account files of an image. In every image jobs run as {@value #USER}, who may become root without a password. */
final class Accounts {
    static final String USER = "build";
    static final int ID = 1000;
    static final String HOME = "/home/build";

    private static final String AGED_NEVER = ":*:19000:0:99999:7:::";

    private Accounts() {}

    /** {@code /etc/passwd} with the build account; whoever had its name or id before is left out. */
    static String passwd(String original, String shell) {
        return withEntry(original, USER + ":x:" + ID + ":" + ID + "::" + HOME + ":" + shell, 2);
    }

    static String group(String original) {
        return withEntry(original, USER + ":x:" + ID + ":", 2);
    }

    /** {@code /etc/shadow} for the accounts of a passwd file: no password fits any of them. */
    static String shadow(String passwd) {
        StringBuilder shadow = new StringBuilder();
        passwd.lines()
                .filter(line -> line.indexOf(':') > 0)
                .forEach(line -> shadow.append(line, 0, line.indexOf(':'))
                        .append(AGED_NEVER)
                        .append('\n'));
        return shadow.toString();
    }

    static String gshadow(String group) {
        StringBuilder shadow = new StringBuilder();
        group.lines()
                .filter(line -> line.indexOf(':') > 0)
                .forEach(line -> shadow.append(line, 0, line.indexOf(':')).append(":*::\n"));
        return shadow.toString();
    }

    /** The file below {@code /etc/sudoers.d}. */
    static String sudoers() {
        return USER + " ALL=(ALL:ALL) NOPASSWD: ALL\n";
    }

    private static String withEntry(String original, String entry, int idField) {
        List<String> lines = new ArrayList<>();
        for (String line : original.split("\\R", -1)) {
            String[] fields = line.split(":", -1);
            boolean clash =
                    fields[0].equals(USER) || (fields.length > idField && fields[idField].equals(String.valueOf(ID)));
            if (!line.isBlank() && !clash) {
                lines.add(line);
            }
        }
        lines.add(entry);
        return String.join("\n", lines) + "\n";
    }
}
