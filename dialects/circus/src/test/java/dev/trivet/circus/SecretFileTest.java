package dev.trivet.circus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretFileTest {
    @TempDir
    Path home;

    @Test
    void theHomeAndVariablesAreFilledInAndBlanksCutOff() throws IOException {
        Files.createDirectory(home.resolve("$1"));
        Files.writeString(home.resolve("$1/key"), "  secret \n");
        Map<String, String> environment = Map.of("DIR", "$1", "HERE", home.toString());
        assertThat(SecretFile.read("~/${DIR}/key", environment, home)).isEqualTo("secret");
        assertThat(SecretFile.read("${HERE}/${DIR}/key", environment, home)).isEqualTo("secret");
    }

    @Test
    void whatIsNoSecretIsSaidToBeNone() throws IOException {
        assertThatThrownBy(() -> SecretFile.read("~/nothing", Map.of(), home))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("nothing");
        Files.write(home.resolve("large"), new byte[100_000]);
        assertThatThrownBy(() -> SecretFile.read("~/large", Map.of(), home))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("65536");
    }
}
