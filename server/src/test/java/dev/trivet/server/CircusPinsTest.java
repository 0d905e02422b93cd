package dev.trivet.server;

import static dev.trivet.server.CircusAnswers.ok;
import static dev.trivet.server.CircusAnswers.refused;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Builds that are kept (spec circus section 2.10). */
class CircusPinsTest {
    private static final String PINNED = "admin/pinned-build-products";
    private static final String BUILD = "00000000-0000-0000-0003-00000000000a";
    private static final String UNPIN = "admin/pinned-builds/" + BUILD + "/unpin";

    @TempDir
    Path directory;

    @Test
    void productsOfKeptBuildsAreListedUntilTheyAreLetGo() throws Exception {
        try (CircusServer server = new CircusServer(directory, Map.of())) {
            CircusRows.insertInto(server);
            int _ = server.<Integer>sql(handle -> handle.execute("""
                    insert into circus.build_products (build_id, name, path, gc_root_path, created_at)
                    select id, 'out', '/nix/store/x-' || job_name, '/roots/' || id, created_at from circus.builds
                    """));
            CircusClient admin = server.admin();
            assertThat(ok(admin.get(PINNED)).get("total").asInt()).isZero();
            int _ = server.<Integer>sql(handle ->
                    handle.execute("update circus.builds set keep = true where job_name in ('hello', 'plain')"));
            JsonNode page = ok(admin.get(PINNED + "?limit=2&offset=-1"));
            assertThat(page.get("total").asInt()).isEqualTo(3);
            assertThat(page.get("limit").asInt()).isEqualTo(2);
            assertThat(page.get("offset").asInt()).isZero();
            assertThat(page.get("items")).hasSize(2);
            assertThat(page.at("/items/0").propertyNames())
                    .containsExactly(
                            "build_id",
                            "job_name",
                            "system",
                            "status",
                            "build_created_at",
                            "product_id",
                            "product_name",
                            "path",
                            "gc_root_path",
                            "product_created_at");
            assertThat(page.at("/items/1/build_id").asString()).isEqualTo(BUILD);
            assertThat(ok(admin.get(PINNED + "?limit=501")).get("limit").asInt())
                    .isEqualTo(500);
            assertThat(ok(admin.get(PINNED)).get("limit").asInt()).isEqualTo(100);

            refused(server.anonymous().get(PINNED), 401, "UNAUTHORIZED");
            refused(server.having("cancel-build").get(PINNED), 403, "FORBIDDEN");
            refused(admin.get(PINNED + "?limit=x"), 400, "VALIDATION_ERROR");
            refused(server.anonymous().post(UNPIN, null), 401, "UNAUTHORIZED");
            refused(server.having("cancel-build").post(UNPIN, null), 403, "FORBIDDEN");
            refused(admin.post("admin/pinned-builds/x/unpin", null), 400, "VALIDATION_ERROR");
            refused(admin.post("admin/pinned-builds/" + UUID.randomUUID() + "/unpin", null), 404, "NOT_FOUND");

            JsonNode build = ok(admin.post(UNPIN, null));
            assertThat(build.get("id").asString()).isEqualTo(BUILD);
            assertThat(build.get("keep").asBoolean()).isFalse();
            assertThat(build.get("job_name").asString()).isEqualTo("hello");
            assertThat(ok(admin.get(PINNED)).get("total").asInt()).isEqualTo(2);
            JsonNode notes = ok(admin.get("admin/audit-log")).get("items");
            assertThat(notes.valueStream()
                            .filter(note -> note.get("action").asString().equals("BUILD_UNPIN")))
                    .singleElement()
                    .satisfies(
                            note -> assertThat(note.get("target_id").asString()).isEqualTo(BUILD));
        }
    }
}
