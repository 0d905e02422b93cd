package dev.trivet.srht;

import dev.trivet.http.Access;
import dev.trivet.http.ByteSource;
import dev.trivet.http.CredentialKind;
import dev.trivet.http.HttpException;
import dev.trivet.http.Request;
import dev.trivet.http.Response;
import dev.trivet.http.Route;
import dev.trivet.http.RouteGroup;
import dev.trivet.logs.LogKey;
import dev.trivet.logs.LogStore;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * Logs at their addresses (spec sections 3.3 and 4.5): plain text that anybody may read unless the job is private, and that can be
 * followed with Range requests while it grows. Legacy clients send no credential here.
 */
public final class LogRoutes {
    private final JobStore jobs;
    private final LogStore logs;

    public LogRoutes(JobStore jobs, LogStore logs) {
        this.jobs = Objects.requireNonNull(jobs, "jobs is null");
        this.logs = Objects.requireNonNull(logs, "logs is null");
    }

    /** {@code /logs/…}, which the REST API names, and {@code /query/log/…}, which GraphQL names. */
    public List<RouteGroup> groups() {
        return List.of(group("/logs"), group("/query/log"));
    }

    private RouteGroup group(String prefix) {
        return new RouteGroup(
                prefix,
                SrhtErrors.TEXT,
                Set.of(CredentialKind.TOKEN, CredentialKind.SESSION),
                List.of(
                        Route.get(prefix + "/{id}/log", Access.PUBLIC_LENIENT, this::setup)
                                .describedAs("The setup log of a job"),
                        Route.get(prefix + "/{id}/{task}/log", Access.PUBLIC_LENIENT, this::task)
                                .describedAs("The log of a task")));
    }

    private Response setup(Request request) {
        Job job = started(request);
        return Response.log(new Bytes(logs, new LogKey(job.engineJob(), LogKey.SETUP)));
    }

    private Response task(Request request) {
        Job job = started(request);
        String name = request.parameter("task");
        Task task = jobs.tasks(List.of(job)).getOrDefault(job.id(), List.of()).stream()
                .filter(candidate -> candidate.name().equals(name))
                .findFirst()
                .orElseThrow(() -> HttpException.notFound("job " + job.id() + " has no task of this name"));
        if (!task.status().hasLog()) {
            throw HttpException.notFound("this task has not been started");
        }
        return Response.log(new Bytes(logs, new LogKey(job.engineJob(), task.number())));
    }

    private Job started(Request request) {
        String id = request.parameter("id");
        if (!id.matches("[0-9]{1,18}")) {
            throw HttpException.badRequest("a job id is a number");
        }
        Job job = jobs.find(Long.parseLong(id))
                .filter(found -> found.access().mayRead(found.owner(), request.principal()))
                .orElseThrow(() -> HttpException.notFound("404 not found"));
        if (job.status().isBeforeStart()) {
            throw HttpException.notFound("this job has not been started");
        }
        return job;
    }

    /** A log as bytes; one that nobody wrote to is empty. */
    private record Bytes(LogStore logs, LogKey key) implements ByteSource {
        @Override
        public long size() throws IOException {
            return logs.size(key);
        }

        @Override
        public void writeTo(OutputStream out, long offset, long length) throws IOException {
            long written = logs.readRange(key, offset, length, out);
            if (written != length) {
                throw new EOFException("log " + key + " ended " + (length - written) + " bytes early");
            }
        }
    }
}
