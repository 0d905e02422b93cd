package dev.trivet.server;

import static dev.trivet.server.CircusAnswers.ok;
import static dev.trivet.server.CircusAnswers.refused;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Channels as clients of the API see them, and what is downloaded of them (spec circus sections 2.8, 2.11 and 8). */
class CircusChannelsTest {
    private static final String ALPHA = "00000000-0000-0000-0000-00000000000a";
    private static final String BETA = "00000000-0000-0000-0000-00000000000b";
    private static final String JOBSET = "00000000-0000-0000-0001-00000000000a";
    private static final String OTHER_JOBSET = "00000000-0000-0000-0001-00000000000b";
    private static final String GREEN = "00000000-0000-0000-0002-00000000000a";
    private static final String RED = "00000000-0000-0000-0002-00000000000b";
    private static final String ELSEWHERE = "00000000-0000-0000-0002-00000000000c";
    private static final String HELLO = "/nix/store/0123456789abcdfghijklmnpqrsvwxyz-hello-1.0";

    @TempDir
    Path directory;

    private CircusServer server;
    private CircusClient admin;
    private ChannelDownload download;

    @BeforeEach
    void start() throws Exception {
        server = new CircusServer(directory, Map.of());
        admin = server.admin();
        CircusRows.insertInto(server);
        sql("delete from circus.channels");
        download = new ChannelDownload(server.address());
    }

    @AfterEach
    void stop() throws Exception {
        download.close();
        server.close();
    }

    private void sql(String statement) {
        int[] _ = server.sql(handle -> handle.createScript(statement).execute());
    }

    private JsonNode create(String project, String name, String jobset) throws Exception {
        return ok(admin.post("channels", Map.of("project_id", project, "name", name, "jobset_id", jobset)));
    }

    private String created() throws Exception {
        return create(ALPHA, "stable", JOBSET).get("id").asString();
    }

    /** A newer evaluation that is green. */
    private String another(int day) {
        String id = "00000000-0000-0000-0002-0000000000" + (10 + day);
        sql("""
                insert into circus.evaluations (id, jobset_id, commit_hash, status, evaluation_time)
                values ('%s', '%s', 'new%d', 'completed', '2026-02-%02dZ');
                insert into circus.builds (evaluation_id, job_name, drv_path, status, system, build_output_path)
                values ('%s', 'hello', '/nix/store/h-hello.drv', 'succeeded', 'x86_64-linux', '/nix/store/day-%d');
                """.formatted(id, JOBSET, day, day, id, day));
        return id;
    }

    @Test
    void aChannelShowsTheNewestGreenEvaluationAtOnce() throws Exception {
        JsonNode channel = create(ALPHA, "stable", JOBSET);
        assertThat(channel.propertyNames())
                .containsExactly(
                        "id",
                        "project_id",
                        "name",
                        "jobset_id",
                        "current_evaluation_id",
                        "created_at",
                        "updated_at",
                        "promotes_after",
                        "held");
        // A newer one is not green.
        assertThat(channel.get("current_evaluation_id").asString()).isEqualTo(GREEN);
        assertThat(channel.get("held").asBoolean()).isFalse();
        JsonNode empty = create(BETA, "a-first", OTHER_JOBSET);
        assertThat(empty.get("current_evaluation_id").isNull()).isTrue();
        String id = channel.get("id").asString();
        assertThat(ok(server.anonymous().get("channels/" + id))).isEqualTo(channel);
        assertThat(ok(server.anonymous().get("channels"))
                        .valueStream()
                        .map(one -> one.get("name").asString()))
                .containsExactly("a-first", "stable");
        assertThat(ok(server.anonymous().get("projects/" + ALPHA + "/channels")))
                .hasSize(1);
        assertThat(admin.delete("channels/" + id).status()).isEqualTo(204);
        refused(admin.delete("channels/" + id), 404, "NOT_FOUND");
        assertThat(ok(admin.get("admin/audit-log?limit=3"))
                        .get("items")
                        .valueStream()
                        .map(entry -> entry.get("action").asString()))
                .containsExactly("CHANNEL_DELETE", "CHANNEL_CREATE", "CHANNEL_CREATE");
    }

    @Test
    void whatCannotBeIsRefused() throws Exception {
        created();
        for (String name : List.of("", "with.dot", "a/b", "-a", "x".repeat(256))) {
            refused(
                    admin.post("channels", Map.of("project_id", ALPHA, "name", name, "jobset_id", JOBSET)),
                    400,
                    "VALIDATION_ERROR");
        }
        refused(
                admin.post("channels", Map.of("project_id", ALPHA, "name", "stable", "jobset_id", JOBSET)),
                409,
                "CONFLICT");
        refused(
                admin.post("channels", Map.of("project_id", ALPHA, "name", "x", "jobset_id", OTHER_JOBSET)),
                400,
                "VALIDATION_ERROR");
        String nothing = UUID.randomUUID().toString();
        refused(
                admin.post("channels", Map.of("project_id", nothing, "name", "x", "jobset_id", JOBSET)),
                404,
                "NOT_FOUND");
        refused(
                admin.post("channels", Map.of("project_id", ALPHA, "name", "x", "jobset_id", nothing)),
                404,
                "NOT_FOUND");
        assertThat(admin.post("channels", Map.of("project_id", ALPHA, "name", "x"))
                        .status())
                .isEqualTo(422);
    }

    @Test
    void promotingByHandTakesWhatIsGreenUnlessForced() throws Exception {
        String promote = "channels/" + created() + "/promote/";
        refused(admin.post(promote + UUID.randomUUID(), null), 404, "NOT_FOUND");
        refused(admin.post("channels/" + UUID.randomUUID() + "/promote/" + GREEN, null), 404, "NOT_FOUND");
        refused(admin.post(promote + ELSEWHERE, null), 400, "VALIDATION_ERROR");
        refused(admin.post(promote + RED, null), 409, "CONFLICT");
        assertThat(admin.post(promote + RED + "?force=maybe", null).status()).isEqualTo(400);
        assertThat(ok(admin.post(promote + RED + "?force=true", null))
                        .get("current_evaluation_id")
                        .asString())
                .isEqualTo(RED);
        assertThat(download.send("GET", "/channel/stable/nixexprs.tar.xz").statusCode())
                .as("nothing that was built has an output")
                .isEqualTo(404);
        sql("update circus.builds set build_output_path = '/nix/store/plain' where job_name = 'plain'");
        ok(admin.post(promote + RED + "?force=true", null));
        // What failed or was not built is not in it.
        assertThat(ChannelDownload.members(download.bytes("/channel/stable/nixexprs.tar.xz"))
                        .get("stable/default.nix"))
                .contains("/nix/store/plain")
                .doesNotContain("hello");
        sql("update circus.evaluations set status = 'running' where id = '" + GREEN + "'");
        refused(admin.post(promote + GREEN + "?force=true", null), 409, "CONFLICT");
        sql("update circus.evaluations set status = 'completed', pr_number = 3 where id = '" + GREEN + "'");
        refused(admin.post(promote + GREEN + "?force=true", null), 400, "VALIDATION_ERROR");
        sql("update circus.evaluations set pr_number = null, roots_dropped_at = now() where id = '" + GREEN + "'");
        refused(admin.post(promote + GREEN, null), 409, "CONFLICT");
        JsonNode back = ok(admin.post(promote + GREEN + "?force=true", null));
        assertThat(back.get("held").asBoolean()).isTrue();
    }

    @Test
    void whatIsDownloadedIsTheEvaluationThatIsShown() throws Exception {
        sql("""
                insert into circus.build_outputs (build, name, path) values
                    ('00000000-0000-0000-0003-00000000000a', 'out', '%1$s'),
                    ('00000000-0000-0000-0003-00000000000a', 'dev', '/nix/store/1123456789abcdfghijklmnpqrsvwxyz-hello-dev');
                insert into circus.build_products (build_id, name, path) values
                    ('00000000-0000-0000-0003-00000000000a', 'out', '%1$s'),
                    ('00000000-0000-0000-0003-00000000000a', 'doc', '%1$s/share/doc.pdf');
                """.formatted(HELLO));
        String id = created();
        assertThat(download.text("/channel/stable/git-revision")).isEqualTo("abc1");
        assertThat(download.text("/channel/stable/binary-cache-url")).isEqualTo(server.address() + "/nix-cache");
        assertThat(download.storePaths("/channel/stable/store-paths.xz"))
                .containsExactly(HELLO, "/nix/store/1123456789abcdfghijklmnpqrsvwxyz-hello-dev");
        byte[] tarball = download.bytes("/api/v1/channels/" + id + "/nixexprs.tar.xz");
        Map<String, String> members = ChannelDownload.members(tarball);
        assertThat(members.keySet())
                .containsExactly("stable/", "stable/.git-revision", "stable/channel-name", "stable/default.nix");
        assertThat(members)
                .containsEntry("stable/channel-name", "stable")
                .containsEntry("stable/.git-revision", "abc1");
        assertThat(members.get("stable/default.nix"))
                .contains("mkFakeDerivation", "builtin:fetchurl", HELLO, "hello", "x86_64-linux");
        for (String path : List.of(
                "/channel/stable/nixexprs.tar.xz",
                "/channel/alpha/stable/nixexprs.tar.xz",
                "/channel/alpha/stable/1/nixexprs.tar.xz")) {
            assertThat(download.bytes(path)).as(path).isEqualTo(tarball);
        }
        try (var bzip2 = new BZip2CompressorInputStream(
                new ByteArrayInputStream(download.bytes("/channel/stable/nixexprs.tar.bz2")))) {
            assertThat(new String(bzip2.readAllBytes(), StandardCharsets.UTF_8)).contains("mkFakeDerivation");
        }
        assertThat(download.text("/channel/alpha/stable/1")).contains("abc1", "nix-channel --add");
        long made = server.sql(
                handle -> handle.createQuery("select count(*) from circus.channel_files where length(blob) = 64")
                        .mapTo(Long.class)
                        .one());
        assertThat(made).isEqualTo(3);
    }

    @Test
    void whoHasItIsToldSo() throws Exception {
        created();
        String path = "/channel/stable/nixexprs.tar.xz";
        HttpResponse<byte[]> first = download.send("GET", path);
        assertThat(first.headers().firstValue("Content-Type")).hasValue("application/x-xz");
        assertThat(first.headers().firstValue("Content-Disposition").orElse("")).contains("nixexprs.tar.xz");
        String tag = first.headers().firstValue("ETag").orElseThrow();
        String time = first.headers().firstValue("Last-Modified").orElseThrow();
        assertThat(tag).matches("\"[0-9a-f]{64}\"");
        HttpResponse<byte[]> head = download.send("HEAD", path);
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
        assertThat(head.headers().firstValue("ETag")).hasValue(tag);
        assertThat(head.headers().firstValueAsLong("Content-Length")).hasValue(first.body().length);
        for (String[] known : List.of(
                new String[] {"If-None-Match", tag},
                new String[] {"If-None-Match", "\"x\", W/" + tag},
                new String[] {"If-Modified-Since", time})) {
            HttpResponse<byte[]> again = download.send("GET", path, known);
            assertThat(again.statusCode()).as(known[1]).isEqualTo(304);
            assertThat(again.body()).isEmpty();
            assertThat(again.headers().firstValue("ETag")).hasValue(tag);
        }
        assertThat(download.send("GET", path, "If-None-Match", "\"x\"", "If-Modified-Since", time)
                        .statusCode())
                .isEqualTo(200);
        assertThat(download.send("GET", "/channel/alpha/stable/1/nixexprs.tar.xz")
                        .headers()
                        .firstValue("Cache-Control")
                        .orElse(""))
                .contains("immutable");
    }

    @Test
    void anAddressOfAChannelLeadsToWhatItShowsNow() throws Exception {
        created();
        for (String moving : List.of("/channel/stable", "/channel/alpha/stable")) {
            HttpResponse<byte[]> redirect = download.send("GET", moving);
            assertThat(redirect.statusCode()).isEqualTo(302);
            assertThat(redirect.headers().firstValue("Location")).hasValue("/channel/alpha/stable/1");
        }
        // The newest of that name counts where no project is named.
        create(BETA, "stable", OTHER_JOBSET);
        assertThat(download.send("GET", "/channel/stable").statusCode()).isEqualTo(404);
        assertThat(download.send("GET", "/channel/beta/stable/git-revision").statusCode())
                .isEqualTo(404);
        assertThat(download.text("/channel/alpha/stable/git-revision")).isEqualTo("abc1");
        for (String nothing : List.of(
                "/channel/none",
                "/channel/none/git-revision",
                "/channel/none/store-paths.xz",
                "/channel/alpha/none/nixexprs.tar.xz",
                "/channel/alpha/stable/2/nixexprs.tar.xz",
                "/channel/alpha/stable/x",
                "/channel/alpha/stable/99999999999999/git-revision",
                "/channel/none/binary-cache-url")) {
            HttpResponse<byte[]> missing = download.send("GET", nothing);
            assertThat(missing.statusCode()).as(nothing).isEqualTo(404);
            assertThat(new String(missing.body(), StandardCharsets.UTF_8)).contains("NOT_FOUND", "not found");
        }
    }

    @Test
    void aRollbackGoesBackStepByStepAndHoldsWhatIsOlder() throws Exception {
        String id = created();
        String second = another(1);
        String third = another(2);
        ok(admin.post("channels/" + id + "/promote/" + second, null));
        ok(admin.post("channels/" + id + "/promote/" + third, null));
        byte[] latest = download.bytes("/channel/stable/nixexprs.tar.xz");
        JsonNode back = ok(admin.post("channels/" + id + "/rollback", null));
        assertThat(back.get("current_evaluation_id").asString()).isEqualTo(second);
        assertThat(back.get("held").asBoolean()).isTrue();
        assertThat(back.get("message").asString()).contains("new1", "2026-02-02T00:00:00Z");
        back = ok(admin.post("channels/" + id + "/rollback", Map.of()));
        assertThat(back.get("current_evaluation_id").asString()).isEqualTo(GREEN);
        assertThat(download.text("/channel/stable/git-revision")).isEqualTo("abc1");
        refused(admin.post("channels/" + id + "/rollback", null), 409, "CONFLICT");
        refused(admin.post("channels/" + id + "/rollback", Map.of("evaluation_id", GREEN)), 409, "CONFLICT");
        refused(admin.post("channels/" + id + "/rollback", Map.of("evaluation_id", RED)), 400, "VALIDATION_ERROR");
        refused(admin.post("channels/" + id + "/rollback", Map.of("evaluation_id", "x")), 400, "VALIDATION_ERROR");
        back = ok(admin.post("channels/" + id + "/rollback", Map.of("evaluation_id", third)));
        assertThat(back.get("current_evaluation_id").asString()).isEqualTo(third);
        assertThat(back.get("held").asBoolean()).isFalse();
        assertThat(download.bytes("/channel/stable/nixexprs.tar.xz")).isEqualTo(latest);

        JsonNode history = ok(server.anonymous().get("channels/" + id + "/history?limit=4"));
        assertThat(history.get("total").asInt()).isEqualTo(6);
        assertThat(history.get("items")
                        .valueStream()
                        .map(entry -> entry.get("kind").asString()))
                .containsExactly("rollback", "rollback", "rollback", "manual");
        assertThat(history.at("/items/0/back_to").asInt()).isEqualTo(3);
        assertThat(history.at("/items/0/current").asBoolean()).isTrue();
        assertThat(history.at("/items/0/actor_name").asString()).isNotBlank();
        assertThat(history.at("/items/0/kept").asBoolean()).isTrue();
        JsonNode oldest = ok(server.anonymous().get("channels/" + id + "/history?offset=5"))
                .at("/items/0");
        assertThat(oldest.get("kind").asString()).isEqualTo("automatic");
        assertThat(oldest.get("actor_name").isNull()).isTrue();
        assertThat(oldest.get("current").asBoolean()).isFalse();
        JsonNode logged = ok(admin.get("admin/audit-log?limit=1")).at("/items/0");
        assertThat(logged.get("action").asString()).isEqualTo("CHANNEL_ROLLBACK");
        assertThat(logged.at("/details/evaluation_id").asString()).isEqualTo(third);
    }

    @Test
    void filesOfOldPromotionsAreLetGo() throws Exception {
        server.close();
        server = new CircusServer(
                directory,
                Map.of("TRIVET_GC_CHANNEL_HISTORY", "1", "TRIVET_CACHE_CACHE_URL", "https://cache.example.org"));
        admin = server.admin();
        download.close();
        download = new ChannelDownload(server.address());
        String id = created();
        assertThat(download.bytes("/channel/alpha/stable/1/nixexprs.tar.xz")).isNotEmpty();
        assertThat(download.text("/channel/stable/binary-cache-url")).isEqualTo("https://cache.example.org");
        ok(admin.post("channels/" + id + "/promote/" + another(1), null));
        assertThat(download.send("GET", "/channel/alpha/stable/1/nixexprs.tar.xz")
                        .statusCode())
                .isEqualTo(404);
        assertThat(download.bytes("/channel/alpha/stable/2/nixexprs.tar.xz")).isNotEmpty();
        assertThat(ok(admin.get("channels/" + id + "/history"))
                        .at("/items/1/kept")
                        .asBoolean())
                .isFalse();
    }

    @Test
    void aFileThatIsLostIsMadeAgainAsItWas() throws Exception {
        created();
        byte[] before = download.bytes("/channel/stable/nixexprs.tar.xz");
        sql("update circus.channel_files set blob = repeat('0', 64)");
        assertThat(download.bytes("/channel/stable/nixexprs.tar.xz")).isEqualTo(before);
        // What was made is not made anew: it stays what it was though the rows are others.
        sql("update circus.builds set status = 'pending' where evaluation_id = '" + GREEN + "'");
        assertThat(download.bytes("/channel/stable/nixexprs.tar.xz")).isEqualTo(before);
    }
}
