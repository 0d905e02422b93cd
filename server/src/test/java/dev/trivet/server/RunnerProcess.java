package dev.trivet.server;

import java.net.URI;
import java.time.Clock;
import java.util.Set;
import java.util.concurrent.CountDownLatch;

/** A remote runner in a process of its own, which can be killed. */
final class RunnerProcess {
    private RunnerProcess() {}

    public static void main(String[] arguments) throws Exception {
        RemoteRunner runner = RemoteRunner.start(
                Settings.read(Settings.Options.NONE, System.getenv()),
                new RemoteRunner.Options(
                        URI.create(arguments[0]), System.getenv("RUNNER_TOKEN"), "", Set.of(), Set.of(), 1),
                Clock.systemUTC());
        Runtime.getRuntime().addShutdownHook(new Thread(runner::close));
        new CountDownLatch(1).await();
    }
}
