package dev.trivet.runner;

import dev.trivet.core.plan.NixSpec;
import dev.trivet.core.plan.Reason;
import java.io.IOException;
import java.util.Objects;

/** Does what jobs ask of Nix. Thread-safe: one call for each attempt. */
@FunctionalInterface
public interface NixWork {
    /**
     * Does it to its end, or until it is stopped.
     *
     * @throws IOException if the machine does not let it; the attempt is lost then
     */
    End run(NixSpec spec, Console console) throws IOException, InterruptedException;

    /** Where it writes. For one thread. */
    interface Console {
        /** A line for people. */
        void say(String line) throws IOException;

        /** A line for programs. */
        void result(String json) throws IOException;

        /** Calls this when the attempt has to stop; at once if it has already. */
        void onStop(Runnable stop);
    }

    /** How it ended. */
    sealed interface End {
        /** Well. */
        record Passed() implements End {}

        /** Not well, by its own fault. */
        record Failed(Reason reason, String message) implements End {
            public Failed {
                Objects.requireNonNull(reason, "reason is null");
                Objects.requireNonNull(message, "message is null");
            }
        }

        /** Its time was over. */
        record TimedOut(Reason reason, String message) implements End {
            public TimedOut {
                Objects.requireNonNull(reason, "reason is null");
                Objects.requireNonNull(message, "message is null");
            }
        }

        /** Not by its own fault: it may be done again. */
        record Lost(String message) implements End {
            public Lost {
                Objects.requireNonNull(message, "message is null");
            }
        }
    }
}
