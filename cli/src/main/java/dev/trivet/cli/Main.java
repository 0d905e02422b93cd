package dev.trivet.cli;

/** x */
public final class Main {
    private Main() {}

    /** x */
    public static void main(String[] args) {
        System.exit(0);
    }
}
