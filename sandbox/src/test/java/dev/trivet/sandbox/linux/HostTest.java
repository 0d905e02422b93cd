package dev.trivet.sandbox.linux;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;

/** The backend without isolation keeps that part of the contract that needs none. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostTest implements CommandContract, FilesContract {
    private Rig rig;

    @Override
    public Rig rig() {
        return rig;
    }

    @BeforeAll
    void open() throws Exception {
        rig = Rig.open(Files.createTempDirectory(Path.of("/tmp"), "trivet-host"), "host");
    }

    @AfterAll
    void leaveNothing() throws Exception {
        try (var last = rig) {
            last.assertNothingLeft();
        }
    }
}
