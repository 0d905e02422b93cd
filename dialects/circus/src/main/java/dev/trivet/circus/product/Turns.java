package dev.trivet.circus.product;

import dev.trivet.http.Header;
import dev.trivet.http.HttpException;
import dev.trivet.http.Problem;
import java.io.IOException;
import java.util.concurrent.Semaphore;

/** Bounds how many archives are made at once: each takes memory, and a processor if it is compressed. Thread-safe. */
final class Turns {
    private final Semaphore free;

    Turns(int most) {
        this.free = new Semaphore(most);
    }

    /** Something that reads and writes. */
    @FunctionalInterface
    interface Work {
        void run() throws IOException;
    }

    /**
     * Does it now.
     *
     * @throws HttpException 503 if too much is being done already
     */
    void take(Work work) throws IOException {
        if (!free.tryAcquire()) {
            throw new HttpException(Problem.of(
                            Problem.Kind.UNAVAILABLE,
                            "too many archives are being downloaded at the moment; try again in a few seconds")
                    .with(new Header("Retry-After", "5")));
        }
        try {
            work.run();
        } finally {
            free.release();
        }
    }
}
