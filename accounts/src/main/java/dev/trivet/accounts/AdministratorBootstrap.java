package dev.trivet.accounts;

import dev.trivet.accounts.AccountException.Reason;
import dev.trivet.store.Database;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jdbi.v3.core.Handle;

/** The first administrator and its one token; see {@link Accounts#bootstrapAdministrator}. */
final class AdministratorBootstrap {
    private static final String USERNAME = "admin";
    private static final String EMAIL = "admin@localhost";
    private static final String TOKEN_NAME = "first administrator";
    /** What can be one of the two words of an Authorization header. */
    private static final Pattern SENDABLE = Pattern.compile("[\\x21-\\x7e]{1,4096}");

    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");
    /** Key of the advisory lock, so that servers that start at once do not both bootstrap; an arbitrary constant. */
    private static final long LOCK = 0x7472762d61646dL;

    private final Database database;
    private final AccountStore store;
    private final SecureRandom random;
    private final InstantSource clock;

    AdministratorBootstrap(Database database, AccountStore store, SecureRandom random, InstantSource clock) {
        this.database = database;
        this.store = store;
        this.random = random;
        this.clock = clock;
    }

    AdministratorToken run(Optional<String> configured, Path file) throws IOException {
        if (configured.isPresent()) {
            checkSendable(configured.get(), "the configured administrator's token (TRIVET_ADMIN_TOKEN)");
            ensure(configured.get(), true);
            // Its token does not count any more: whoever reads it there would be refused.
            Files.deleteIfExists(file);
            return new AdministratorToken.Configured();
        }
        if (Files.exists(file)) {
            Files.setPosixFilePermissions(file, OWNER_ONLY);
            String text = Files.readString(file).strip();
            checkSendable(text, "what is in " + file);
            ensure(text, false);
            return new AdministratorToken.Kept(file);
        }
        String text = Accounts.TOKEN_PREFIX + Secret.random(random);
        // The file first: a crash in between leaves a token that the next start puts into force.
        write(file, text);
        ensure(text, false);
        return new AdministratorToken.Generated(text, file);
    }

    private static void checkSendable(String text, String what) {
        if (!SENDABLE.matcher(text).matches()) {
            throw new AccountException(
                    Reason.BAD_INPUT,
                    what
                            + " cannot be sent as a token: it should be 1 to 4096 visible ASCII characters without spaces");
        }
    }

    /**
     * @param insist whether the token is put into force even if it was revoked: what configuration says now outweighs what was done once
     */
    private void ensure(String text, boolean insist) {
        byte[] hash = Secret.hash(text);
        Instant now = clock.instant();
        boolean _ = database.write(handle -> {
            handle.execute("SELECT pg_advisory_xact_lock(?)", LOCK);
            long user = administrator(handle, now);
            store.retireOtherBootstrap(handle, hash, now);
            Optional<TokenOwner> known = store.findByHash(handle, hash);
            if (known.isEmpty()) {
                store.insertToken(handle, user, TOKEN_NAME, hash, Grants.ALL, true, TokenKind.PERSONAL, now, null);
                return true;
            }
            TokenOwner token = known.get();
            if (token.principal().userId() != user
                    || !token.principal().grants().isAll()) {
                throw new AccountException(
                        Reason.TAKEN,
                        "the first administrator's token is another token of "
                                + token.principal().username() + " already; choose another text");
            }
            if (insist || !token.bootstrap()) {
                store.reinstateBootstrap(handle, token.principal().tokenId());
            }
            return true;
        });
    }

    private long administrator(Handle handle, Instant now) {
        Optional<Long> before = store.bootstrapUser(handle);
        if (before.isPresent()) {
            return before.get();
        }
        User user = store.user(handle, USERNAME)
                .or(() -> store.insertUser(handle, USERNAME, EMAIL, true, now))
                .orElseThrow(() -> new IllegalStateException("the user " + USERNAME + " came and went"));
        if (!user.administrator()) {
            throw new AccountException(
                    Reason.TAKEN,
                    "there is a user " + USERNAME
                            + " that is no administrator; make it one (trivet user promote) or delete it");
        }
        return user.id();
    }

    private static void write(Path file, String text) throws IOException {
        Path directory = file.toAbsolutePath().getParent();
        if (directory != null) {
            Files.createDirectories(directory);
        }
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(fresh);
        try (SeekableByteChannel channel = Files.newByteChannel(
                        fresh,
                        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                        PosixFilePermissions.asFileAttribute(OWNER_ONLY));
                var out = Channels.newOutputStream(channel)) {
            out.write((text + "\n").getBytes(StandardCharsets.UTF_8));
        }
        Path _ = Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
