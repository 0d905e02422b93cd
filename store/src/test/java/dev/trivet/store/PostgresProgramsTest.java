package dev.trivet.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PostgresProgramsTest {

    @Test
    void twoThatUnpackAtOnceEndWithOneWholeCopy() throws Exception {
        Path data = TestFiles.directory();
        Path cache = data.resolve("not/there/yet");
        try (ExecutorService threads =
                Executors.newThreadPerTaskExecutor(Thread.ofPlatform().factory())) {
            List<Future<PostgresPrograms>> both = threads.invokeAll(
                    List.of(() -> PostgresPrograms.unpacked(cache), () -> PostgresPrograms.unpacked(cache)));
            for (Future<PostgresPrograms> one : both) {
                assertThat(Path.of(one.get().program("initdb"))).isExecutable();
                assertThat(one.get().major()).isEqualTo("18");
            }
        }
        try (Stream<Path> left = Files.list(cache)) {
            assertThat(left).hasSize(1);
        }
        PostgresPrograms.delete(data);
    }
}
