package dev.trivet.sandbox.linux;

class RuncTest extends SandboxContract {
    RuncTest() {
        super("runc");
    }
}
