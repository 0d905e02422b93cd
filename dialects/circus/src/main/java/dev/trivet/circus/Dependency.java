package dev.trivet.circus;

import java.util.UUID;

/** A build needs another one of the same evaluation. */
record Dependency(UUID build, UUID needed) {}
