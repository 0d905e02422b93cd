package dev.trivet.cli.command;

import dev.trivet.cli.process.CommandException;
import dev.trivet.cli.process.InputFile;
import dev.trivet.srht.manifest.ManifestException;
import dev.trivet.srht.manifest.ManifestParser;

/** Explains what is wrong with a manifest before anything is sent anywhere. */
final class ManifestFile {
    private ManifestFile() {}

    /**
     * The text of a valid manifest.
     *
     * @throws CommandException with exit code 2 if it is wrong; the message shows place and fix
     */
    static String check(InputFile file) throws CommandException {
        try {
            ManifestParser.parse(file.bytes());
            return file.text();
        } catch (ManifestException e) {
            throw CommandException.usage(e.explain(file.shown(), file.text()));
        }
    }
}
