package dev.trivet.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DefaultsFileTest {
    @Test
    void aServerWithItIsTheSameAsOneWithoutAFile(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("trivet.toml"), DefaultsFile.text());
        var with = Configuration.read(Map.of(), Map.of(), file);
        var without = Configuration.read(Map.of(), Map.of(), null);
        for (Key key : Keys.ALL) {
            assertThat(with.text(key)).as(key.path()).isEqualTo(without.text(key));
            assertThat(DefaultsFile.text()).contains("\n# " + key.meaning() + "\n");
        }
    }
}
