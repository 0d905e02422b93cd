package dev.trivet.sandbox.linux;

class CrunTest extends SandboxContract {
    CrunTest() {
        super("crun");
    }
}
