package dev.trivet.logs;

/** A log that nobody wrote to yet. */
record EmptySource() implements LogSource {
    @Override
    public Extent extent() {
        return Extent.EMPTY;
    }

    @Override
    public long received() {
        return 0;
    }

    @Override
    public long durable() {
        return 0;
    }

    @Override
    public Limit limit() {
        return Limit.NONE;
    }

    @Override
    public boolean ended() {
        return false;
    }

    @Override
    public long newlinesBefore(int block) {
        return 0;
    }

    @Override
    public int read(long position, byte[] target, int offset, int length) {
        return 0;
    }

    @Override
    public void close() {}
}
