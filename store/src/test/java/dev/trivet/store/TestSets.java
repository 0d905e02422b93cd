package dev.trivet.store;

/** Migration sets of the tests here. */
final class TestSets {

    static final MigrationSet TRACKER = new MigrationSet("public", "dev/trivet/store/sets/tracker");

    /** The same of a later release. */
    static final MigrationSet TRACKER_3 = new MigrationSet("public", "dev/trivet/store/sets/tracker3");

    static final MigrationSet WIKI = new MigrationSet("wiki", "dev/trivet/store/sets/wiki");
    static final MigrationSet BROKEN = new MigrationSet("broken", "dev/trivet/store/sets/broken");

    private TestSets() {}
}
