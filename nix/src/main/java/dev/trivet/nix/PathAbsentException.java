package dev.trivet.nix;

import java.io.IOException;

/** The store does not have a path. */
public final class PathAbsentException extends IOException {
    public PathAbsentException(String path) {
        super(path + " is not in the store (any more): it was collected as garbage, or never got there");
    }
}
