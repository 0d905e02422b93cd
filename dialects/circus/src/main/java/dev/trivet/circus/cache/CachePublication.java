package dev.trivet.circus.cache;

import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** What publishing one build is: its closure into our own cache, then to where it is copied beside. Thread-safe. */
final class CachePublication implements Publisher.Work {
    private final PublicationStore tasks;
    private final NarInfoStore narInfos;
    private final ClosurePublisher closures;
    private final StoreSigning signing;
    private final Optional<StoreUpload> upload;
    private final boolean caches;
    private final InstantSource clock;

    /** @param caches whether our own cache is on */
    CachePublication(
            PublicationStore tasks,
            NarInfoStore narInfos,
            ClosurePublisher closures,
            StoreSigning signing,
            Optional<StoreUpload> upload,
            boolean caches,
            InstantSource clock) {
        this.tasks = Objects.requireNonNull(tasks, "tasks is null");
        this.narInfos = Objects.requireNonNull(narInfos, "narInfos is null");
        this.closures = Objects.requireNonNull(closures, "closures is null");
        this.signing = Objects.requireNonNull(signing, "signing is null");
        this.upload = Objects.requireNonNull(upload, "upload is null");
        this.caches = caches;
        this.clock = Objects.requireNonNull(clock, "clock is null");
    }

    @Override
    public void publish(PublicationStore.Task task) throws IOException, InterruptedException {
        List<String> outputs = tasks.outputs(task.build());
        if (outputs.isEmpty()) {
            return;
        }
        if (!task.cached()) {
            signing.sign(outputs);
            if (caches && !isThere(outputs)) {
                closures.publish(outputs, task.build());
            }
            tasks.cached(task, caches || signing.isWanted());
        }
        if (upload.isPresent()) {
            upload(upload.get(), task, outputs);
        }
    }

    private boolean isThere(List<String> outputs) {
        if (!narInfos.isComplete(outputs)) {
            return false;
        }
        narInfos.keepClosure(outputs, clock.instant());
        return true;
    }

    private void upload(StoreUpload target, PublicationStore.Task task, List<String> outputs)
            throws IOException, InterruptedException {
        try {
            target.copy(outputs);
        } catch (IOException refused) {
            if (target.failsBuild()) {
                tasks.failBuild(task, "what was built cannot be copied to the cache: " + refused.getMessage());
            }
            throw new Publisher.Hopeless(String.valueOf(refused.getMessage()), refused);
        }
    }
}
