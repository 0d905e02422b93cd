package dev.trivet.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What this machine calls itself; never asks the network. */
final class HostName {
    private HostName() {}

    static String ofThisMachine() {
        try {
            String name = Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
            return name.isEmpty() ? "localhost" : name;
        } catch (IOException unknown) {
            return "localhost";
        }
    }
}
