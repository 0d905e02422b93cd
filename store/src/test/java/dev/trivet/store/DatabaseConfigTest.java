package dev.trivet.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class DatabaseConfigTest {

    @Test
    void readsWhatPsqlReads() {
        assertThat(DatabaseConfig.ofUrl("postgresql://ci:p%40ss+w%3A@db.example:5433/trivet?sslmode=require", 5))
                .isEqualTo(new DatabaseConfig(
                        "jdbc:postgresql://db.example:5433/trivet?sslmode=require", "ci", "p@ss+w:", 5));
        assertThat(DatabaseConfig.ofUrl("postgres://localhost/x", 1).url()).isEqualTo("jdbc:postgresql://localhost/x");
        assertThat(DatabaseConfig.ofUrl("postgresql://a,b:5433/x", 1).url()).isEqualTo("jdbc:postgresql://a,b:5433/x");
        assertThat(DatabaseConfig.ofUrl("jdbc:postgresql://h/x?user=a", 1).user())
                .isEmpty();
    }

    @Test
    void refusesOthersWithoutRepeatingASecret() {
        assertThatThrownBy(() -> DatabaseConfig.ofUrl("mysql://u:secret@h/x", 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("postgresql://user:password@host")
                .message()
                .doesNotContain("secret");
        assertThatThrownBy(() -> DatabaseConfig.ofUrl("postgresql://u:sec ret@h/x", 1))
                .hasMessageContaining("position 18")
                .message()
                .doesNotContain("ret");
        assertThatThrownBy(() -> DatabaseConfig.ofUrl("postgresql://h/x", 0)).hasMessageContaining("pool size");
    }

    @Test
    void printsNoPassword() {
        assertThat(new DatabaseConfig("jdbc:postgresql://h/x?password=secret", "ci", "secret", 1))
                .hasToString("jdbc:postgresql://h/x as ci");
    }
}
