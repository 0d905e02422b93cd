package dev.trivet.circus;

import dev.trivet.http.Access;
import dev.trivet.http.Description;
import dev.trivet.http.Request;
import dev.trivet.http.Response;
import dev.trivet.http.Route;
import dev.trivet.store.Database;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What administrators have to tell (spec section 2.10). */
final class NewsRoutes {
    private static final String ALL = "/api/v1/news";
    private static final int USUAL = 20;
    private static final int MOST = 100;
    private static final int LONGEST_TITLE = 255;
    private static final int LONGEST_CONTENT = 64 << 10;

    private final Database database;
    private final Rights rights;

    NewsRoutes(Database database, Rights rights) {
        this.database = Objects.requireNonNull(database, "database is null");
        this.rights = Objects.requireNonNull(rights, "rights is null");
    }

    List<Route> routes() {
        return List.of(
                Route.get(ALL, Access.PUBLIC_LENIENT, this::list)
                        .describedAs(Description.of("List news/announcement entries")
                                .in("news")
                                .asking("limit", "offset")),
                Route.post(ALL, rights.admin(), this::create)
                        .describedAs(Description.of("Create a news entry (admin only)")
                                .in("news")
                                .answering(201)
                                .failing(400, 401, 403)),
                Route.delete(ALL + "/{id}", rights.admin(), this::delete)
                        .describedAs(Description.of("Delete a news entry (admin only)")
                                .in("news")
                                .answering(204)
                                .failing(401, 403, 404)));
    }

    private Response list(Request request) {
        Window window = Window.of(request, USUAL, MOST);
        return Response.json(
                database.<List<Map<String, @Nullable Object>>, RuntimeException>read(handle -> handle.createQuery("""
                        select id, title, content, created_by, created_at from circus.news
                        order by created_at desc, id limit :limit offset :offset
                        """)
                        .bind("limit", window.limit())
                        .bind("offset", window.offset())
                        .map(JsonRows.MAPPER)
                        .list()));
    }

    private Response create(Request request) throws IOException {
        SentJson sent = SentJson.of(request);
        String title = sent.requiredText("title").strip();
        String content = sent.requiredText("content");
        if (title.isEmpty() || title.length() > LONGEST_TITLE || title.chars().anyMatch(Character::isISOControl)) {
            throw CircusErrors.invalid("title", "expected 1 to 255 characters without control characters");
        }
        if (content.length() > LONGEST_CONTENT || content.indexOf('\0') >= 0) {
            throw CircusErrors.invalid("content", "expected at most 65536 characters, none of them NUL");
        }
        long user = request.requirePrincipal().userId();
        boolean person = Persons.is(request.requirePrincipal());
        return Response.json(
                201,
                database.<Map<String, @Nullable Object>, RuntimeException>write(handle -> handle.createQuery("""
                        insert into circus.news (title, content, created_by)
                        values (:title, :content, (select uid from accounts.users where id = :user and :person))
                        returning id, title, content, created_by, created_at
                        """)
                        .bind("title", title)
                        .bind("content", content)
                        .bind("user", user)
                        .bind("person", person)
                        .map(JsonRows.MAPPER)
                        .one()));
    }

    private Response delete(Request request) {
        UUID id = Ids.of(request, "id");
        int removed = database.write(handle -> handle.createUpdate("delete from circus.news where id = :id")
                .bind("id", id)
                .execute());
        if (removed == 0) {
            throw CircusErrors.notFound("news entry");
        }
        return Response.empty(204);
    }
}
