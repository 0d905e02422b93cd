package dev.trivet.sandbox.linux;

class BwrapTest extends SandboxContract {
    BwrapTest() {
        super("bwrap");
    }
}
