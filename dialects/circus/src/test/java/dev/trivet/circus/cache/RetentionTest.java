package dev.trivet.circus.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trivet.accounts.AccountStore;
import dev.trivet.nix.archive.NarInfo;
import dev.trivet.nix.archive.NixHash;
import dev.trivet.nix.archive.Signature;
import dev.trivet.nix.archive.StorePath;
import dev.trivet.store.MigrationSet;
import dev.trivet.store.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the binary cache keeps and forgets, and what it knows of closures (spec circus section 7). */
class RetentionTest {
    @RegisterExtension
    static final TestDatabase DATABASE = TestDatabase.with(
            MigrationSet.ENGINE, AccountStore.MIGRATIONS, new MigrationSet("circus", "dev/trivet/circus/migrations"));

    private static final Instant NOW = Instant.parse("2026-06-01T00:00:00Z");
    private static final Instant OLD = NOW.minus(Duration.ofDays(90));
    private static final String STORE = "/nix/store";
    private static final Signature SIGNED = Signature.parse("k-1:" + "A".repeat(86) + "==");

    private final NarInfoStore store = new NarInfoStore(DATABASE.database(), STORE);
    private UUID jobset = new UUID(0, 0);

    @BeforeEach
    void empty() {
        jobset = DATABASE.database().<UUID, RuntimeException>write(handle -> {
            handle.execute("delete from circus.narinfo_cache");
            handle.execute("delete from circus.projects");
            return handle.createQuery("""
                            with p as (insert into circus.projects (name, repository_url) values ('p', 'https://example.org/p')
                                returning id)
                            insert into circus.jobsets (project_id, name, nix_expression, keep_nr) select id, 'j', '.', 1 from p
                            returning id
                            """).mapTo(UUID.class).one();
        });
    }

    private static String base(int number) {
        return "0".repeat(31) + number + "-p" + number;
    }

    private void path(int number, Instant at, Integer... references) {
        NixHash hash = NixHash.ofSha256(new byte[32]);
        store.put(
                new CachedPath(
                        new NarInfo(
                                StorePath.ofBaseName(STORE, base(number)),
                                "nar/" + number,
                                "zstd",
                                hash,
                                100L,
                                hash,
                                200,
                                List.of(references).stream()
                                        .map(RetentionTest::base)
                                        .toList(),
                                null,
                                null,
                                List.of(SIGNED)),
                        ("" + number).repeat(64),
                        at),
                null);
    }

    /** A build of an evaluation of then, of which a path came out. */
    private void build(int output, Instant at, boolean keep) {
        var _ = DATABASE.database()
                .<Integer, RuntimeException>write(handle -> handle.createUpdate("""
                        with e as (insert into circus.evaluations (jobset_id, commit_hash, status, evaluation_time)
                                values (:jobset, :commit, 'completed', :at) returning id),
                            b as (insert into circus.builds (evaluation_id, job_name, drv_path, status, keep)
                                select id, 'job', 'x.drv', 'succeeded', :keep from e returning id)
                        insert into circus.build_outputs (build, name, path) select id, 'out', :path from b
                        """)
                        .bind("jobset", jobset)
                        .bind("commit", "c" + output)
                        .bind("at", at)
                        .bind("keep", keep)
                        .bind("path", STORE + "/" + base(output))
                        .execute());
    }

    /** A channel that has shown the evaluation of then, and still has its files. */
    private void shown(Instant at) {
        var _ = DATABASE.database()
                .<Integer, RuntimeException>write(handle -> handle.createUpdate("""
                        with c as (insert into circus.channels (project_id, name, jobset_id)
                                select project_id, 'stable', id from circus.jobsets where id = :jobset returning id),
                            p as (insert into circus.channel_promotions
                                    (channel_id, number, evaluation_id, evaluation_time, commit_hash, kind)
                                select c.id, 1, e.id, e.evaluation_time, e.commit_hash, 'manual'
                                from c, circus.evaluations e where e.jobset_id = :jobset and e.evaluation_time = :at
                                returning id)
                        insert into circus.channel_files (promotion_id, name, blob, size)
                        select id, 'nixexprs.tar.xz', repeat('0', 64), 1 from p
                        """)
                        .bind("jobset", jobset)
                        .bind("at", at)
                        .execute());
    }

    private Set<String> left() {
        return Set.copyOf(DATABASE.database()
                .<List<String>, RuntimeException>read(
                        handle -> handle.createQuery("select right(store_path, 2) from circus.narinfo_cache")
                                .mapTo(String.class)
                                .list()));
    }

    private Retention retention(long maxBytes) {
        return new Retention(
                DATABASE.database(), new CacheSettings.Retention(Duration.ofDays(30), Duration.ofHours(1)), maxBytes);
    }

    @Test
    void whatIsPinnedNewestOrYoungStaysWithWhatItRefersTo() {
        path(1, OLD);
        path(2, OLD, 1);
        path(3, OLD);
        path(4, NOW, 3);
        path(5, OLD);
        path(6, OLD);
        path(7, OLD, 7);
        build(2, OLD, true);
        build(6, OLD.plusSeconds(5), false);
        build(5, OLD.plusSeconds(9), false);
        retention(0).look(NOW);
        // 5 came out of the newest evaluation, 6 of the one before, 7 of none.
        assertThat(left()).containsExactlyInAnyOrder("p1", "p2", "p3", "p4", "p5");
    }

    @Test
    void whatAChannelCanBeRolledBackToStays() {
        path(1, OLD);
        path(2, OLD, 1);
        path(3, OLD);
        build(3, OLD, false);
        build(2, OLD.plusSeconds(5), false);
        build(4, OLD.plusSeconds(9), false);
        shown(OLD.plusSeconds(5));
        retention(0).look(NOW);
        assertThat(left()).containsExactlyInAnyOrder("p1", "p2");
    }

    @Test
    void whatWasFetchedLongestAgoGoesWhenThereIsTooMuchButNeverWhatOthersNeed() {
        Instant week = NOW.minus(Duration.ofDays(7));
        path(1, week);
        path(2, week.plusSeconds(1), 1);
        path(3, week.plusSeconds(2));
        path(4, week.plusSeconds(3));
        build(4, OLD, false);
        store.fetched(List.of("2".repeat(64)), week.plusSeconds(60));
        retention(300).look(NOW);
        assertThat(left()).as("3 is the oldest that nobody needs").containsExactlyInAnyOrder("p1", "p2", "p4");
        retention(150).look(NOW);
        assertThat(left()).as("what is kept stays").containsExactly("p4");
        retention(1).look(NOW);
        assertThat(left()).containsExactly("p4");
    }

    @Test
    void aClosureIsCompleteWhenNothingOfItIsMissing() {
        path(1, NOW);
        path(2, NOW, 1, 2);
        assertThat(store.isComplete(List.of(STORE + "/" + base(2)))).isTrue();
        path(3, NOW, 2, 9);
        assertThat(store.isComplete(List.of(STORE + "/" + base(3)))).isFalse();
        assertThat(store.isComplete(List.of(STORE + "/" + base(8)))).isFalse();
        assertThat(store.referencedAmong(List.of("1".repeat(64), "8".repeat(64))))
                .containsExactly("1".repeat(64));
    }

    @Test
    void whatIsNotSignedIsNotTold() {
        path(1, NOW);
        assertThat(store.find(base(1).substring(0, 32))).isPresent();
        var _ = DATABASE.database()
                .<Integer, RuntimeException>write(
                        handle -> handle.execute("update circus.narinfo_cache set sig = null"));
        assertThat(store.find(base(1).substring(0, 32))).isEmpty();
        assertThat(store.archive("1".repeat(64))).isEmpty();
    }
}
