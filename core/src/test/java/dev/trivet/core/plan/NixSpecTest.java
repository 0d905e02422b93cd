package dev.trivet.core.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trivet.core.json.Json;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class NixSpecTest {
    @Test
    void buildersAreStored() {
        NixSpec spec = new NixSpec.Build(
                "/nix/store/x.drv", Duration.ofHours(1), Duration.ZERO, 1000, List.of("ssh-ng://b x86_64-linux"));
        assertThat(Json.read(Json.write(spec), NixSpec.class)).isEqualTo(spec);
    }

    @Test
    void rowsFromBeforeBuildersHaveNone() {
        String stored =
                "{\"kind\":\"build\",\"drvPath\":\"/nix/store/x.drv\",\"timeout\":\"PT1H\",\"maxSilent\":\"PT0S\","
                        + "\"maxLogBytes\":1000}";
        assertThat(Json.read(stored, NixSpec.class))
                .isEqualTo(new NixSpec.Build("/nix/store/x.drv", Duration.ofHours(1), Duration.ZERO, 1000));
    }
}
