package dev.trivet.harmont.vcs;

import dev.trivet.store.Database;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** The tables of this package alone, without those of the rest of the dialect. */
final class VcsTables {
    private VcsTables() {}

    static void make(Database database) throws IOException {
        try (InputStream in = VcsTables.class.getResourceAsStream("/dev/trivet/harmont/migrations/V2__vcs.sql")) {
            String script = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            database.write(handle -> {
                handle.execute("create schema harmont");
                handle.execute("set local search_path to harmont");
                return handle.createScript(script).execute();
            });
        }
    }
}
