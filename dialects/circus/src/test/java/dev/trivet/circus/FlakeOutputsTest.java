package dev.trivet.circus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trivet.core.json.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FlakeOutputsTest {
    /** As Nix 2.8 wrote it. */
    private static final String SHOWN = """
            {"checks":{"aarch64-linux":{"t":{"name":"t","type":"derivation"}}},
             "devShells":{"x86_64-linux":{"default":{"name":"sh","type":"derivation"}}},
             "hydraJobs":{"a":{"x86_64-linux":{"name":"a","type":"derivation"}}},
             "nixosConfigurations":{"host":{"type":"nixos-configuration"}},
             "nixosModules":{"m":{"type":"nixos-module"}},"overlays":{"default":{"type":"nixpkgs-overlay"}},
             "packages":{"x86_64-linux":{"hello":{"name":"hello","type":"derivation"}},"x86_64-darwin":{},
              "aarch64-linux":{},"default":{}},
             "legacyPackages":{"x86_64-linux":{}},"somethingElse":{"type":"unknown"}}
            """;

    @Test
    void knownOutputsAreListedAndTheBestSuggestedFirst() {
        ProbeResult result = FlakeOutputs.of(Json.MAPPER.readTree(SHOWN), "https://example.org/x");
        assertThat(result.isFlake()).isTrue();
        assertThat(result.error()).isNull();
        assertThat(result.outputs().stream().map(output -> output.path() + " " + output.outputType()))
                .containsExactly(
                        "hydraJobs derivation",
                        "checks derivation",
                        "packages derivation",
                        "legacyPackages derivation",
                        "devShells derivation",
                        "nixosConfigurations configuration",
                        "nixosModules module",
                        "overlays overlay");
        assertThat(result.outputs().get(2).systems()).containsExactly("aarch64-linux", "x86_64-darwin", "x86_64-linux");
        assertThat(result.outputs().get(0).systems()).isEmpty();
        assertThat(result.suggestedJobsets().stream().map(jobset -> jobset.name() + " " + jobset.priority()))
                .containsExactly("hydraJobs 10", "checks 7", "packages 6", "legacyPackages 5", "devShells 3");
        assertThat(Json.write(result))
                .contains("\"is_flake\":true", "\"suggested_jobsets\":[", "\"nix_expression\":\"hydraJobs\"")
                .contains("\"metadata\":{\"description\":null,\"url\":\"https://example.org/x\"}", "\"error\":null");
    }

    @Test
    void aFlakeWithoutOutputsIsAFlake() {
        ProbeResult result = FlakeOutputs.of(Json.MAPPER.readTree("{}"), "https://example.org/x");
        assertThat(result.isFlake()).isTrue();
        assertThat(result.outputs()).isEmpty();
        assertThat(result.suggestedJobsets()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            https://github.com/o/r, , github:o/r
            https://github.com/o/r.git, main, github:o/r?ref=main
            https://gitlab.com/o/r/, 0123456789012345678901234567890123456789, gitlab:o/r?rev=0123456789012345678901234567890123456789
            https://gitlab.com/group/sub/r, , git+https://gitlab.com/group/sub/r
            https://example.org/r.git?dir=a, v1, git+https://example.org/r.git?dir=a&ref=v1
            http://example.org/r, , git+http://example.org/r
            ssh://git@example.org/r, , git+ssh://git@example.org/r
            git://example.org/r, a/b, git://example.org/r?ref=a%2Fb
            file:///srv/r, , git+file:///srv/r
            """)
    void addressesAreNamedAsNixDoes(String url, String revision, String ref) {
        assertThat(FlakeRef.of(url, revision)).isEqualTo(ref);
    }
}
