package dev.trivet.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trivet.server.CircusClient.Answer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Users and what they change of themselves (spec circus sections 2.2, 2.9): who may, and every failure that is named there. */
class CircusPeopleTest {
    @TempDir
    static Path directory;

    private static CircusPeople people;
    private static CircusClient admin;
    private static CircusClient anonymous;
    private static CircusClient reader;

    @BeforeAll
    static void start() throws Exception {
        people = CircusPeople.start(directory, Map.of());
        admin = people.admin;
        anonymous = people.anonymous;
        reader = admin.as(people.key("read-only"));
    }

    @AfterAll
    static void stop() {
        people.close();
    }

    @Test
    void usersAreCreatedChangedAndDeleted() throws Exception {
        String name = people.fresh("Ada_");
        Answer made = admin.post(
                "users",
                Map.of(
                        "username",
                        name,
                        "email",
                        name + "@example.org",
                        "password",
                        CircusPeople.PASSWORD,
                        "full_name",
                        "Ada Lovelace",
                        "role",
                        "eval-jobset",
                        "unknown",
                        1));
        assertThat(made.status()).as(made.body()).isEqualTo(200);
        JsonNode user = made.json();
        assertThat(List.copyOf(user.propertyNames()))
                .containsExactly(
                        "id",
                        "username",
                        "email",
                        "full_name",
                        "user_type",
                        "role",
                        "enabled",
                        "email_verified",
                        "public_dashboard",
                        "created_at",
                        "updated_at",
                        "last_login_at");
        assertThat(user.get("role").asString()).isEqualTo("eval-jobset");
        assertThat(user.get("user_type").asString()).isEqualTo("local");
        assertThat(user.get("created_at").asString()).endsWith("Z");
        String one = "users/" + user.get("id").asString();
        assertThat(admin.get(one).json()).isEqualTo(user);
        assertThat(admin.get("users?limit=1").json().get(0)).isEqualTo(user);
        Answer changed = admin.put(one, Map.of("role", "bump-to-front", "public_dashboard", true, "full_name", "Ada"));
        assertThat(changed.status()).as(changed.body()).isEqualTo(200);
        assertThat(changed.json().get("role").asString()).isEqualTo("bump-to-front");
        assertThat(changed.json().get("email")).isEqualTo(user.get("email"));
        assertThat(changed.json().get("public_dashboard").asBoolean()).isTrue();
        assertThat(admin.delete(one).status()).isEqualTo(204);
        assertThat(admin.get(one).code()).isEqualTo("NOT_FOUND");
        assertThat(admin.delete(one).status()).isEqualTo(404);
        assertThat(admin.put(one, Map.of()).status()).isEqualTo(404);
        assertThat(admin.get("users/7").status()).isEqualTo(400);
        assertThat(people.audit("USER_UPDATE")
                        .getFirst()
                        .at("/details/new_role")
                        .asString())
                .isEqualTo("bump-to-front");
        assertThat(people.audit("USER_UPDATE")
                        .getFirst()
                        .at("/details/fields_changed")
                        .toString())
                .isEqualTo("[\"full_name\",\"role\",\"public_dashboard\"]");
        assertThat(people.audit("USER_CREATE"))
                .anyMatch(entry -> entry.at("/details/username").asString().equals(name));
        JsonNode gone = people.audit("USER_DELETE").getFirst();
        assertThat(gone.get("actor_name").asString()).isEqualTo("admin");
        assertThat(gone.get("actor_kind").asString()).isEqualTo("user");
        assertThat(gone.get("remote_addr").asString()).isEqualTo("127.0.0.1");
        assertThat(gone.get("target_id")).isEqualTo(user.get("id"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "username | ab",
                "username | a b c",
                "username | äöü",
                "username | ''",
                "email | nowhere",
                "email | ''",
                "email | a b@c",
                "password | Short-1",
                "password | no-upper-case-1",
                "password | NO-LOWER-CASE-1",
                "password | No-digits-here",
                "password | NoOtherCharacter1",
                "role | king",
                "full_name | a\u0007b"
            })
    void whatAUserCannotBeIsRefused(String field, String value) throws Exception {
        String name = people.fresh("bad");
        Map<String, Object> sent = new HashMap<>(
                Map.of("username", name, "email", name + "@example.org", "password", CircusPeople.PASSWORD));
        sent.put(field, value);
        Answer refused = admin.post("users", sent);
        assertThat(refused.status()).as(refused.body()).isEqualTo(400);
        assertThat(refused.code()).isEqualTo("VALIDATION_ERROR");
        if (!field.equals("username")) {
            String id = people.user(people.fresh("good")).get("id").asString();
            assertThat(admin.put("users/" + id, Map.of(field, value)).status()).isEqualTo(400);
        }
    }

    @Test
    void bodiesThatAreNoneAreRefused() throws Exception {
        assertThat(admin.post("users", "{").status()).isEqualTo(400);
        assertThat(admin.post("users", "[]").status()).isEqualTo(422);
        assertThat(admin.post("users", Map.of("username", 5)).status()).isEqualTo(422);
        assertThat(admin.post("users", Map.of("username", "abc")).status()).isEqualTo(422);
        assertThat(admin.post("users", null).status()).isEqualTo(415);
        assertThat(admin.post("news", Map.of("title", "x".repeat(12 << 20))).status())
                .isEqualTo(413);
        assertThat(admin.post("news", Map.of("title", "x", "content", "y".repeat(2 << 20)))
                        .status())
                .as("less than 10 MiB is read")
                .isEqualTo(400);
    }

    @Test
    void namesAndAddressesAreNobodyElses() throws Exception {
        String name = people.fresh("taken");
        people.user(name);
        Map<String, Object> sameName =
                Map.of("username", name.toUpperCase(Locale.ROOT), "email", "x@y", "password", CircusPeople.PASSWORD);
        assertThat(admin.post("users", sameName).code()).isEqualTo("CONFLICT");
        String other = people.fresh("other");
        Map<String, Object> sameAddress =
                Map.of("username", other, "email", name + "@EXAMPLE.org", "password", CircusPeople.PASSWORD);
        assertThat(admin.post("users", sameAddress).status()).isEqualTo(409);
        String id = people.user(other).get("id").asString();
        assertThat(admin.put("users/" + id, Map.of("email", name + "@example.org"))
                        .status())
                .isEqualTo(409);
        assertThat(people.as(other)
                        .put("me", Map.of("email", name + "@example.org"))
                        .status())
                .isEqualTo(409);
    }

    @Test
    void theLastAdministratorStays() throws Exception {
        String id = admin.get("me").json().get("id").asString();
        assertThat(admin.get("me").json().get("role").asString()).isEqualTo("admin");
        assertThat(admin.delete("users/" + id).code()).isEqualTo("CONFLICT");
        assertThat(admin.put("users/" + id, Map.of("role", "read-only")).status())
                .isEqualTo(409);
        assertThat(admin.put("users/" + id, Map.of("enabled", false)).status()).isEqualTo(409);
    }

    @Test
    void aDisabledUserIsKeptOutUntilEnabledAgain() throws Exception {
        String name = people.fresh("disabled");
        String id = people.user(name).get("id").asString();
        CircusClient client = people.as(name);
        assertThat(client.get("me").status()).isEqualTo(200);
        assertThat(admin.put("users/" + id, Map.of("enabled", false))
                        .json()
                        .get("enabled")
                        .asBoolean())
                .isFalse();
        assertThat(client.get("me").status()).isEqualTo(403);
        admin.put("users/" + id, Map.of("enabled", true));
        assertThat(client.get("me").status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0-Everywhere_", "___", "-Ab-", "007"})
    void oneAccountWorksInAllThreeContracts(String name) throws Exception {
        people.user(name);
        CircusClient client = people.as(name);
        assertThat(client.get("/api/jobs").status()).isEqualTo(200);
        Answer job =
                client.post("/api/jobs", Map.of("manifest", "image: host\ntasks:\n- hello: echo\n", "execute", false));
        assertThat(job.status()).as(job.body()).isEqualTo(200);
        assertThat(job.json().at("/owner/canonical_name").asString()).isEqualTo("~" + name);
        Answer harmont = client.get("/api/v0/user");
        assertThat(harmont.status()).as(harmont.body()).isEqualTo(200);
        assertThat(client.get("me").json().get("username").asString()).isEqualTo(name);
        String id = client.get("me").json().get("id").asString();
        assertThat(admin.delete("users/" + id).status()).isEqualTo(204);
        assertThat(client.get("/api/jobs").status()).isEqualTo(401);
        assertThat(client.get("/api/v0/user").status()).isEqualTo(401);
    }

    @Test
    void oneChangesOneselfButNotOnesRole() throws Exception {
        String name = people.fresh("self");
        people.user(name);
        CircusClient client = people.as(name);
        Answer changed = client.put(
                "me", Map.of("full_name", "Me", "public_dashboard", true, "role", "admin", "enabled", false));
        assertThat(changed.status()).as(changed.body()).isEqualTo(200);
        assertThat(changed.json().get("full_name").asString()).isEqualTo("Me");
        assertThat(changed.json().get("role").asString()).isEqualTo("read-only");
        assertThat(changed.json().get("enabled").asBoolean()).isTrue();
        assertThat(client.put("me", Map.of("email", "nowhere")).status()).isEqualTo(400);
        assertThat(reader.put("me", Map.of("full_name", "Me")).code()).isEqualTo("UNAUTHORIZED");
        assertThat(anonymous.put("me", Map.of()).status()).isEqualTo(401);
        assertThat(anonymous.get("me").code()).isEqualTo("UNAUTHORIZED");
    }

    @Test
    void thePasswordIsChangedByWhoKnowsIt() throws Exception {
        String name = people.fresh("secret");
        people.user(name);
        CircusClient client = people.as(name);
        Map<String, String> right =
                Map.of("current_password", CircusPeople.PASSWORD, "new_password", "Another-Horse-2");
        assertThat(anonymous.post("me/password", right).status()).isEqualTo(401);
        assertThat(reader.post("me/password", right).status()).isEqualTo(401);
        assertThat(client.post("me/password", Map.of("current_password", "x", "new_password", "Another-Horse-2"))
                        .code())
                .isEqualTo("UNAUTHORIZED");
        assertThat(client.post("me/password", Map.of("current_password", CircusPeople.PASSWORD, "new_password", "weak"))
                        .status())
                .isEqualTo(400);
        assertThat(client.post("me/password", Map.of("new_password", "Another-Horse-2"))
                        .status())
                .isEqualTo(422);
        assertThat(admin.post("me/password", right).status())
                .as("who has no password")
                .isEqualTo(401);
        Answer changed = client.post("me/password", right);
        assertThat(changed.status()).isEqualTo(204);
        assertThat(changed.body()).isEmpty();
        assertThat(client.post("me/password", right).status()).isEqualTo(401);
        assertThat(people.audit("USER_PASSWORD_CHANGE")
                        .getFirst()
                        .get("actor_name")
                        .asString())
                .isEqualTo(name);
    }
}
