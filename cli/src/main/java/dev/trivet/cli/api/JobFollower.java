package dev.trivet.cli.api;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Follows a job with its logs until it is over. A server that restarts or cannot be reached for a while is waited for: up to
 * {@link Patience#MOST} looks in a row, about a minute. Nothing is heard twice. One use, one thread.
 */
public final class JobFollower {
    private final ApiClient client;
    private final Pacing pacing;
    private final Pause pause;
    private final FollowListener listener;
    private final Map<URI, LogTail> tails = new HashMap<>();
    private final SetupLog setup = new SetupLog();
    private final Set<String> begun = new HashSet<>();
    private final Set<String> ended = new HashSet<>();
    private @Nullable JobStatus heard;

    /** A follower that tells {@code listener} what it sees. */
    public JobFollower(ApiClient client, Pacing pacing, Pause pause, FollowListener listener) {
        this.client = Objects.requireNonNull(client, "client is null");
        this.pacing = Objects.requireNonNull(pacing, "pacing is null");
        this.pause = Objects.requireNonNull(pause, "pause is null");
        this.listener = Objects.requireNonNull(listener, "listener is null");
    }

    /** Follows a job to its end, and returns it as it is then. */
    public Job follow(long id) throws IOException, ApiException, InterruptedException {
        var patience = new Patience(pause, listener::trouble);
        Duration wait = Duration.ZERO;
        while (true) {
            try {
                Job job = client.job(id);
                boolean news = look(job);
                patience.rewarded();
                if (job.status().terminal()) {
                    return job;
                }
                wait = pacing.next(wait, news);
                pause.of(wait);
            } catch (IOException e) {
                patience.with(e);
            } catch (ApiException e) {
                patience.with(e);
            }
        }
    }

    /** Tells what is new since the last look, as one story. The job was asked for before its logs: of a job that is over nothing is missed. */
    private boolean look(Job job) throws IOException, ApiException, InterruptedException {
        boolean news = job.status() != heard;
        if (news) {
            heard = job.status();
            listener.status(job);
        }
        if (job.setupLog().isPresent()) {
            news |= pull(job.setupLog().get(), setup::add) > 0;
        }
        for (Job.Task task : job.tasks()) {
            if (ended.contains(task.name())) {
                continue;
            }
            news |= look(task);
            if (!task.ended() && !job.status().terminal()) {
                // Once it has begun, what the setup log says next comes after it.
                var _ = begun.contains(task.name()) || tellSetup(setup.lines());
                return news;
            }
        }
        var _ = tellSetup(job.status().terminal() ? setup.rest() : setup.lines());
        return news;
    }

    private boolean look(Job.Task task) throws IOException, ApiException, InterruptedException {
        boolean news = false;
        if (!begun.contains(task.name()) && tellSetup(setup.through(task.name()))) {
            begun.add(task.name());
        }
        if (task.log().isPresent()) {
            news = pull(task.log().get(), (buffer, length) -> listener.output(Optional.of(task.name()), buffer, length))
                    > 0;
        }
        if (news) {
            begun.add(task.name());
        }
        if (task.ended()) {
            ended.add(task.name());
            listener.ended(task);
        }
        return news || task.ended();
    }

    private boolean tellSetup(byte[] bytes) {
        if (bytes.length > 0) {
            listener.output(Optional.empty(), bytes, bytes.length);
        }
        return bytes.length > 0;
    }

    private long pull(URI log, LogTail.Sink sink) throws IOException, ApiException, InterruptedException {
        return tails.computeIfAbsent(log, address -> new LogTail(client, address))
                .pull(sink);
    }
}
