package dev.trivet.nix.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class HashesTest {
    @Property
    void whatIsEncodedIsDecoded(@ForAll @Size(max = 70) byte[] bytes) {
        String text = NixBase32.encode(bytes);
        assertThat(NixBase32.isText(text)).isTrue();
        assertThat(NixBase32.decode(text, bytes.length)).isEqualTo(bytes);
    }

    @Property
    void aHashIsReadInAllItsForms(@ForAll @Size(32) byte[] bytes) {
        NixHash hash = NixHash.ofSha256(bytes);
        assertThat(NixHash.parse(hash.nix32())).isEqualTo(hash).hasSameHashCodeAs(hash);
        assertThat(NixHash.parse("sha256:" + hash.hex())).isEqualTo(hash);
        assertThat(NixHash.parse(hash.sri())).isEqualTo(hash);
        assertThat(hash.bytes()).isEqualTo(bytes);
    }

    @Test
    void agreesWithNix() throws Exception {
        String hex = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";
        NixHash hash = NixHash.parse("sha256:" + hex);
        assertThat(hash.digits()).isEqualTo(Programs.line("nix", "hash", "to-base32", "--type", "sha256", hex));
        assertThat(hash.sri()).isEqualTo(Programs.line("nix", "hash", "to-sri", "--type", "sha256", hex));
    }

    @Test
    void whatIsNoHashIsRefused() {
        for (String wrong : new String[] {
            "", "sha256:", "md5:00", "sha256:" + "e".repeat(52), "sha256:" + "z".repeat(52), "sha256:xyz", "sha256-AAAA"
        }) {
            assertThatIllegalArgumentException().isThrownBy(() -> NixHash.parse(wrong));
        }
        assertThatIllegalArgumentException().isThrownBy(() -> NixBase32.decode("0O", 1));
        assertThatIllegalArgumentException().isThrownBy(() -> NixBase32.decode("000", 1));
    }
}
