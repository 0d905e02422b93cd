package dev.trivet.core.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class JobStatesTest {
    @ParameterizedTest
    @EnumSource(JobState.class)
    void aTerminalStateIsNeverLeft(JobState state) {
        for (JobEvent event : JobEvent.values()) {
            if (state.terminal()) {
                assertThat(JobStates.TABLE.next(state, event))
                        .as("%s on %s", state, event)
                        .isEmpty();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(JobState.class)
    void everyOpenStateCanBeCanceledAndTimedOut(JobState state) {
        if (!state.terminal()) {
            assertThat(JobStates.TABLE.next(state, JobEvent.CANCEL)).contains(JobState.CANCELED);
            assertThat(JobStates.TABLE.next(state, JobEvent.TIME_OUT)).contains(JobState.TIMED_OUT);
        }
    }

    @Test
    void nothingPassesThatDidNotRun() {
        assertThat(JobStates.TABLE.sourcesOf(JobEvent.PASS)).containsExactly(JobState.RUNNING);
    }

    @Test
    void theDiagramInTheDocumentationIsTheTable() throws IOException {
        Path document = Path.of(System.getProperty("trivet.root", "..")).resolve("docs/states.md");
        String generated = """
                # States of a job

                Generated from `dev.trivet.core.state.JobStates`; a test keeps it true. After changing the table run
                `./trivet test -pl core -Dtrivet.docs.write=true`.

                ```mermaid
                """ + JobStates.TABLE.mermaid() + "```\n";
        if (Boolean.getBoolean("trivet.docs.write")) {
            Files.writeString(document, generated);
        }
        assertThat(document).hasContent(generated);
    }
}
