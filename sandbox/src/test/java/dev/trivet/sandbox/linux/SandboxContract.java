package dev.trivet.sandbox.linux;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;

/** The whole contract, on one runtime. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class SandboxContract
        implements CommandContract,
                FilesContract,
                ConfinedFilesContract,
                IsolationContract,
                KillContract,
                BoundsContract,
                SnapshotContract {
    private final String runtime;
    private Rig rig;

    SandboxContract(String runtime) {
        this.runtime = runtime;
    }

    @Override
    public Rig rig() {
        return rig;
    }

    @BeforeAll
    void open() throws Exception {
        rig = Rig.open(Files.createTempDirectory(Path.of("/tmp"), "trivet-" + runtime), runtime);
    }

    @AfterAll
    void leaveNothing() throws Exception {
        try (var last = rig) {
            last.assertNothingLeft();
        }
    }
}
