package dev.trivet.circus.channel;

/** What is downloaded of a channel and made of many rows. */
enum ChannelFile {
    NIXEXPRS("nixexprs.tar.xz", "application/x-xz"),
    /** What a Nix asks for that finds no xz. */
    NIXEXPRS_BZIP2("nixexprs.tar.bz2", "application/x-bzip2"),
    STORE_PATHS("store-paths.xz", "application/x-xz");

    private final String fileName;
    private final String contentType;

    ChannelFile(String fileName, String contentType) {
        this.fileName = fileName;
        this.contentType = contentType;
    }

    String fileName() {
        return fileName;
    }

    String contentType() {
        return contentType;
    }
}
