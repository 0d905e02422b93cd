package dev.trivet.runner;

import static java.util.Objects.requireNonNull;

import dev.trivet.core.plan.NixSpec;
import dev.trivet.core.plan.Reason;
import java.io.IOException;

/** One attempt of a job for Nix, between its two logs. Used by one thread. */
final class NixExecution {
    private static final String STEP = "output";

    private final NixWork work;
    private final Stopper stopper;

    NixExecution(NixWork work, Stopper stopper) {
        this.work = requireNonNull(work, "work is null");
        this.stopper = requireNonNull(stopper, "stopper is null");
    }

    void run(NixSpec spec, StepLog output, StepLog results) throws JobEnd, IOException {
        NixWork.End end;
        try {
            end = work.run(spec, new Console(output, results, stopper));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw JobEnd.lost("the runner was interrupted");
        }
        if (stopper.cause().isPresent()) {
            throw JobEnd.stopped(stopper.cause().get(), STEP);
        }
        switch (end) {
            case NixWork.End.Passed() -> {}
            case NixWork.End.Failed(Reason reason, String message) -> throw JobEnd.failed(reason, null, message, STEP);
            case NixWork.End.TimedOut(Reason reason, String message) -> throw JobEnd.late(reason, message, STEP);
            case NixWork.End.Lost(String message) -> throw JobEnd.lost(message);
        }
    }

    private record Console(StepLog output, StepLog results, Stopper stopper) implements NixWork.Console {
        @Override
        public void say(String line) throws IOException {
            output.line(line);
        }

        @Override
        public void result(String json) throws IOException {
            results.line(json);
        }

        @Override
        public void onStop(Runnable stop) {
            // It lasts as long as the attempt.
            Stopper.Registration _ = stopper.onStop(stop);
        }
    }
}
