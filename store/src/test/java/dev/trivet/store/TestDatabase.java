package dev.trivet.store;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * A fresh database for each test class, on one PostgreSQL per JVM. Register it as {@code @RegisterExtension static final TestDatabase}, or by
 * {@code @ExtendWith(TestDatabase.class)} and take {@link Database} or {@link DatabaseConfig} as a parameter.
 *
 * <p>The shared PostgreSQL runs with fsync off; for tests that kill it, take a {@link TestCluster}.
 */
public final class TestDatabase implements BeforeAllCallback, AfterAllCallback, ParameterResolver {

    private static final ExtensionContext.Namespace NAMESPACE = ExtensionContext.Namespace.create(TestDatabase.class);

    /** A machine full of other tests is no outage. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final List<MigrationSet> sets;
    private @Nullable Shared shared;
    private @Nullable String name;
    private @Nullable Database database;
    private final List<Database> further = new ArrayList<>();

    /** With the engine's tables. */
    public TestDatabase() {
        this(List.of(MigrationSet.ENGINE));
    }

    private TestDatabase(List<MigrationSet> sets) {
        this.sets = sets;
    }

    /** With the tables of these sets, in this order. */
    public static TestDatabase with(MigrationSet... sets) {
        return new TestDatabase(List.of(sets));
    }

    /** Without any table. */
    public static TestDatabase empty() {
        return new TestDatabase(List.of());
    }

    /** A pool of 8 connections, closed after the class. */
    public Database database() {
        return present(database);
    }

    /** How to reach this class's database. */
    public DatabaseConfig config() {
        return present(shared).config(present(name));
    }

    /** The pgjdbc URL, without user and password. */
    public String url() {
        return config().url();
    }

    /** Another new database with the same tables; its pool is closed after the class. */
    public Database another() {
        Database fresh = Database.connect(present(shared).config(present(shared).create(sets)), PATIENCE);
        further.add(fresh);
        return fresh;
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        shared = context.getRoot().getStore(NAMESPACE).computeIfAbsent(Shared.class, _ -> Shared.start(), Shared.class);
        name = present(shared).create(sets);
        database = Database.connect(config(), PATIENCE);
    }

    @Override
    public void afterAll(ExtensionContext context) {
        further.add(database());
        for (Database open : further) {
            open.close();
            present(shared).drop(open.config());
        }
        further.clear();
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        return type == Database.class || type == DatabaseConfig.class || type == TestDatabase.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        if (type == TestDatabase.class) {
            return this;
        }
        return type == Database.class ? database() : config();
    }

    private static <T> T present(@Nullable T value) {
        if (value == null) {
            throw new IllegalStateException(
                    "The test database exists from @BeforeAll on; register TestDatabase as a static extension");
        }
        return value;
    }

    /** The PostgreSQL of this JVM, with one template database for each list of sets. */
    private record Shared(
            TestCluster cluster, Database control, Map<List<MigrationSet>, String> templates, AtomicInteger count)
            implements AutoCloseable {

        static Shared start() {
            TestFiles.sweep();
            try {
                TestCluster cluster = new TestCluster(Map.of(
                        "fsync", "off", "full_page_writes", "off", "max_connections", "200", "max_wal_size", "256MB"));
                Runtime.getRuntime().addShutdownHook(new Thread(() -> close(cluster)));
                return new Shared(
                        cluster,
                        Database.connect(cluster.config().withPoolSize(2), PATIENCE),
                        new ConcurrentHashMap<>(),
                        new AtomicInteger());
            } catch (IOException e) {
                throw new IllegalStateException("The test PostgreSQL does not start: " + e.getMessage(), e);
            }
        }

        synchronized String create(List<MigrationSet> sets) {
            String template = templates.computeIfAbsent(sets, this::template);
            String name = "test" + count.incrementAndGet();
            copy(template, name);
            return name;
        }

        private String template(List<MigrationSet> sets) {
            if (sets.isEmpty()) {
                return "template1";
            }
            String name = "migrated" + count.incrementAndGet();
            copy("template1", name);
            new Migrations(sets).migrate(config(name));
            return name;
        }

        private void copy(String template, String name) {
            control.jdbi().useHandle(handle -> handle.execute("CREATE DATABASE " + name + " TEMPLATE " + template));
        }

        DatabaseConfig config(String name) {
            DatabaseConfig base = control.config();
            return new DatabaseConfig(
                    base.url().replace("/postgres?", "/" + name + "?"), base.user(), base.password(), 8);
        }

        void drop(DatabaseConfig config) {
            String name = config.url().replaceAll(".*/([a-z0-9]+)\\?.*", "$1");
            control.jdbi().useHandle(handle -> handle.execute("DROP DATABASE " + name + " WITH (FORCE)"));
        }

        @Override
        public void close() {
            control.close();
            close(cluster);
        }

        private static void close(TestCluster cluster) {
            try {
                cluster.close();
            } catch (IOException e) {
                throw new IllegalStateException("The test PostgreSQL does not stop", e);
            }
        }
    }
}
