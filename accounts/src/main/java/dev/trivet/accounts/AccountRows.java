package dev.trivet.accounts;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Objects;
import java.util.UUID;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jspecify.annotations.Nullable;

/** Rows of users and tokens as values. */
final class AccountRows {
    static final RowMapper<User> USER = (row, context) -> user(row);
    static final RowMapper<Token> TOKEN = (row, context) -> token(row);
    static final RowMapper<TokenOwner> OWNER = (row, context) -> owner(row);

    private AccountRows() {}

    static @Nullable OffsetDateTime utc(@Nullable Instant instant) {
        return instant == null ? null : instant.atOffset(ZoneOffset.UTC);
    }

    static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }

    static Instant presentInstant(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }

    private static User user(ResultSet row) throws SQLException {
        return new User(
                row.getLong("id"),
                row.getString("username"),
                row.getString("email"),
                row.getBoolean("administrator"),
                instant(row, "suspended"),
                presentInstant(row, "created"),
                uid(row),
                row.getString("display_name"));
    }

    private static UUID uid(ResultSet row) throws SQLException {
        return Objects.requireNonNull(row.getObject("uid", UUID.class), "uid is null");
    }

    private static Token token(ResultSet row) throws SQLException {
        return new Token(
                row.getLong("id"),
                row.getLong("user_id"),
                row.getString("name"),
                Grants.parse(row.getString("grants")),
                presentInstant(row, "created"),
                instant(row, "expires"),
                instant(row, "revoked"),
                instant(row, "last_used"),
                uid(row),
                TokenKind.of(row.getString("kind")));
    }

    private static TokenOwner owner(ResultSet row) throws SQLException {
        return new TokenOwner(
                new Principal(
                        row.getLong("user_id"),
                        row.getString("username"),
                        row.getString("email"),
                        row.getBoolean("administrator"),
                        row.getLong("token_id"),
                        Grants.parse(row.getString("grants"))),
                row.getBoolean("bootstrap"),
                instant(row, "expires"),
                instant(row, "revoked"),
                instant(row, "suspended"),
                instant(row, "last_used"));
    }
}
