package dev.trivet.cli.command;

import dev.trivet.accounts.Accounts;
import dev.trivet.cli.process.Surroundings;
import dev.trivet.server.Settings;
import dev.trivet.server.Storage;
import java.io.IOException;
import picocli.CommandLine.Mixin;

/** What commands have in common that look after a server's database, whether the server is at work or not. */
final class AdministrationOptions {
    @Mixin
    private StorageOptions storage = new StorageOptions();

    @Mixin
    private JsonOption json = new JsonOption();

    boolean json() {
        return json.wanted();
    }

    Settings settings(Surroundings surroundings) {
        return storage.settings(surroundings, null);
    }

    /** What is done with accounts. */
    interface Action {
        int on(Accounts accounts) throws Exception;
    }

    /** Opens the database, brings its tables up to date if no server has, and does something with its accounts. */
    int withAccounts(Surroundings surroundings, Action action) throws Exception {
        try (Storage open = visit(settings(surroundings))) {
            return action.on(new Accounts(open.database(), surroundings.clock()));
        }
    }

    private static Storage visit(Settings settings) throws IOException {
        Storage open = Storage.visit(settings);
        boolean ready = false;
        try {
            Storage.MIGRATIONS.migrate(open.database().config());
            ready = true;
            return open;
        } finally {
            if (!ready) {
                open.close();
            }
        }
    }
}
