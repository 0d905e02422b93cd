package dev.trivet.server;

/** Lines that runners say of evaluations and builds. */
final class NixLines {
    private NixLines() {}

    static String drv(String name) {
        return "/nix/store/" + String.format("%-32s", name).replace(' ', '0') + "-" + name + ".drv";
    }

    static String output(String name) {
        return drv(name).replace(".drv", "");
    }

    static String job(String name, String... needs) {
        return jobFor("x86_64-linux", name, needs);
    }

    /** A job that is found, for a system. */
    static String jobFor(String system, String name, String... needs) {
        StringBuilder inputs = new StringBuilder();
        for (String need : needs) {
            inputs.append(inputs.isEmpty() ? "" : ",")
                    .append('"')
                    .append(drv(need))
                    .append('"');
        }
        return """
                {"kind":"job","attr":"%s","name":"%s","system":"%s","drvPath":"%s","outputs":{"out":"%s"},\
                "inputDerivations":[%s],"requiredFeatures":[],"fixedHash":null,"meta":{},"aggregate":false,"constituents":[]}
                """.formatted(name, name, system, drv(name), output(name), inputs);
    }

    static String built(String name) {
        return built(name, output(name));
    }

    static String built(String name, String path) {
        return """
                {"kind":"started","drvPath":"%s","machine":null,"at":"2026-01-01T00:00:00Z"}
                {"kind":"output","path":"%s","narHash":"sha256-x","narSize":7}
                {"kind":"verdict","status":"succeeded","message":null,"culprit":null}
                """.formatted(drv(name), path);
    }

    static String end(int lines) {
        return "{\"kind\":\"end\",\"lines\":" + lines + "}\n";
    }

    /** A machine that was asked and not reached. */
    static String unreachable(String machine) {
        return """
                {"kind":"unreachable","machine":"%s","message":"no route","at":"2026-01-01T00:00:00Z"}
                """.formatted(machine);
    }

    /** What is said of a success on a machine. */
    static String builtOn(String machine, String name) {
        return """
                {"kind":"started","drvPath":"%s","machine":"%s","at":"2026-01-01T00:00:00Z"}
                {"kind":"ended","drvPath":"%s","at":"2026-01-01T00:00:01Z"}
                {"kind":"output","path":"%s","narHash":"sha256-x","narSize":7}
                {"kind":"verdict","status":"succeeded","message":null,"culprit":null}
                """.formatted(drv(name), machine, drv(name), output(name));
    }
}
