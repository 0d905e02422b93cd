package dev.trivet.logs;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import org.jspecify.annotations.Nullable;

/** A log that is not compressed, or was not when this source was opened: its file stays readable after its deletion. */
final class PlainSource implements LogSource {
    private final OpenLog log;
    private final boolean ended;
    private final long received;
    private final Limit limit;
    private final Extent extent;
    private @Nullable CompressedLog successor;

    /** Of a log that was acquired for it. */
    PlainSource(OpenLog log) {
        this.log = log;
        // in this order: a log that has ended does not grow any more
        this.ended = log.ended();
        Limit before = log.limit();
        Extent seen = log.file().extent();
        while (!before.equals(log.limit())) {
            before = log.limit();
            seen = log.file().extent();
        }
        this.limit = before;
        this.extent = seen;
        this.received = before.reached() ? log.received() : seen.size();
    }

    @Override
    public Extent extent() {
        return extent;
    }

    @Override
    public long received() {
        return received;
    }

    @Override
    public long durable() {
        return Math.min(log.durable(), received);
    }

    @Override
    public Limit limit() {
        return limit;
    }

    @Override
    public boolean ended() {
        return ended;
    }

    @Override
    public long newlinesBefore(int block) {
        return log.file().newlinesBefore(block);
    }

    @Override
    public int read(long position, byte[] target, int offset, int length) throws IOException {
        int wanted = (int) Math.clamp(extent.size() - position, 0, (long) length);
        if (wanted == 0) {
            return 0;
        }
        if (successor == null) {
            try {
                log.file().read(position, target, offset, wanted);
                return wanted;
            } catch (NoSuchFileException interruptedAfterDeletion) {
                // another reader was interrupted, which closed the file; its path is gone, but the compressed log has
                // the bytes
                successor = log.openCompressed();
            }
        }
        return successor.read(position, target, offset, wanted);
    }

    @Override
    public void close() throws IOException {
        if (successor != null) {
            successor.close();
        }
        log.release();
    }
}
