package dev.trivet.nix.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Spec circus section 7: narinfo files, their fingerprints, keys and signatures. */
class NarInfoTest {
    private static final String STORE = "/nix/store";
    private static final String HASH = "0c5b8vw40dy178xlpddw65q9gf1h2186";

    @TempDir
    Path directory;

    @Test
    void whatIsPrintedIsReadAgain() {
        NarInfo info = info(List.of(HASH + "-self", "1" + HASH.substring(1) + "-glibc-2.40"));
        NarInfo signed = info.signedBy(SigningKey.generate("test-1"));
        assertThat(NarInfo.parse(STORE, signed.text())).isEqualTo(signed);
        assertThat(signed.text().lines().map(line -> line.substring(0, line.indexOf(':'))))
                .containsExactly(
                        "StorePath",
                        "URL",
                        "Compression",
                        "FileHash",
                        "FileSize",
                        "NarHash",
                        "NarSize",
                        "References",
                        "Deriver",
                        "CA",
                        "Sig");
        assertThat(signed.signedBy(SigningKey.generate("test-2")).signatures()).hasSize(2);
    }

    @Test
    void theFingerprintHasWholePathsInOrder() {
        String other = "1" + HASH.substring(1) + "-glibc-2.40";
        assertThat(info(List.of(other, HASH + "-self")).fingerprint())
                .isEqualTo("1;/nix/store/" + HASH + "-self;sha256:" + "0".repeat(52) + ";120;/nix/store/" + HASH
                        + "-self,/nix/store/" + other);
        assertThat(info(List.of()).fingerprint()).endsWith(";120;");
    }

    @Test
    void whatIsWrongIsSaid() {
        String text = info(List.of()).text();
        wrong(text.replace("NarHash", "NarHush"), "a line NarHash");
        wrong(text.replace("NarSize: 120", "NarSize: 0"), "some bytes");
        wrong(text.replace("NarSize: 120", "NarSize: many"), "a number of bytes");
        wrong(text + "NarSize: 120\n", "one line NarSize");
        wrong(text.replace("StorePath: /nix", "StorePath: /tmp"), "not in the store");
        wrong(text.replace("References: ", "References: nonsense"), "HASH-NAME");
        wrong("what is this", "NAME: VALUE");
        wrong(text + "Sig: unsigned\n", "KEY:BASE64");
        wrong("x".repeat(2 << 20), "at most");
        assertThat(NarInfo.parse(STORE, text.replace("Deriver: " + HASH + "-self.drv", "Deriver: unknown-deriver"))
                        .deriver())
                .isNull();
    }

    @Test
    void keysAreNixsKeys() throws Exception {
        String secret = Programs.line("nix", "key", "generate-secret", "--key-name", "cache.example.org-1");
        SigningKey theirs = SigningKey.parse(secret + "\n");
        assertThat(theirs.secretText()).isEqualTo(secret);
        Path file = Files.writeString(directory.resolve("key"), secret);
        assertThat(theirs.publicKey().toString())
                .isEqualTo(Programs.line(file, "nix", "key", "convert-secret-to-public"));

        SigningKey ours = SigningKey.generate("ours-1");
        Path ourFile = Files.writeString(directory.resolve("ours"), ours.secretText());
        assertThat(Programs.line(ourFile, "nix", "key", "convert-secret-to-public"))
                .isEqualTo(ours.publicKey().toString());
        assertThat(ours.toString()).doesNotContain(ours.secretText().substring(10));
    }

    @Test
    void signaturesAreCheckedWithTheKeyOfTheirName() {
        SigningKey key = SigningKey.generate("one");
        NarInfo info = info(List.of()).signedBy(key);
        Signature signature = info.signatures().getFirst();
        PublicKey known = PublicKey.parse(key.publicKey().toString());
        assertThat(known.verifies(info.fingerprint(), signature)).isTrue();
        assertThat(known.verifies(info.fingerprint() + "x", signature)).isFalse();
        assertThat(known.verifies(info.fingerprint(), new Signature("two", signature.value())))
                .isFalse();
        assertThat(SigningKey.generate("one").publicKey().verifies(info.fingerprint(), signature))
                .isFalse();
        assertThat(key.sign("x")).isEqualTo(key.sign("x"));

        assertThatIllegalArgumentException().isThrownBy(() -> PublicKey.parse("name:short"));
        assertThatIllegalArgumentException().isThrownBy(() -> SigningKey.parse("name:AAAA"));
        byte[] mixed = Base64.getDecoder()
                .decode(key.secretText().substring(key.secretText().indexOf(':') + 1));
        mixed[40] ^= 1;
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SigningKey.parse("one:" + Base64.getEncoder().encodeToString(mixed)));
        assertThatIllegalArgumentException().isThrownBy(() -> new Signature("a b", signature.value()));
    }

    @Test
    void pathsAreNamedAsInStores() {
        StorePath path = StorePath.parse(STORE, STORE + "/" + HASH + "-hello-2.12.1");
        assertThat(path.name()).isEqualTo("hello-2.12.1");
        assertThat(path.toString()).isEqualTo(STORE + "/" + HASH + "-hello-2.12.1");
        for (String wrong : List.of(
                HASH,
                HASH + "-",
                HASH + "-a/b",
                HASH + "-..",
                HASH + "-.",
                HASH + "_x",
                "e" + HASH.substring(1) + "-x",
                HASH + "-" + "x".repeat(212),
                HASH + "-a b")) {
            assertThatIllegalArgumentException().isThrownBy(() -> StorePath.ofBaseName(STORE, wrong));
        }
    }

    private static NarInfo info(List<String> references) {
        return new NarInfo(
                StorePath.ofBaseName(STORE, HASH + "-self"),
                "nar/x.nar.zst",
                "zstd",
                NixHash.ofSha256(new byte[32]),
                77L,
                NixHash.ofSha256(new byte[32]),
                120,
                references,
                HASH + "-self.drv",
                "fixed:sha256:x",
                List.of());
    }

    private static void wrong(String text, String why) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> NarInfo.parse(STORE, text))
                .withMessageContaining(why);
    }
}
