package dev.trivet.runner;

import static java.util.Objects.requireNonNull;

import dev.trivet.core.Limits;
import dev.trivet.core.plan.FileSpec;
import dev.trivet.core.plan.JobSpec;
import dev.trivet.core.plan.NixSpec;
import dev.trivet.core.plan.Outcome;
import dev.trivet.core.plan.Reason;
import dev.trivet.core.plan.SourceSpec;
import dev.trivet.core.plan.StepSpec;
import dev.trivet.core.state.JobEvent;
import dev.trivet.core.state.StepState;
import dev.trivet.engine.AttemptResult;
import dev.trivet.engine.Lease;
import dev.trivet.engine.StepChange;
import dev.trivet.engine.Verdict;
import dev.trivet.logs.masking.Masker;
import dev.trivet.sandbox.Command;
import dev.trivet.sandbox.Sandbox;
import dev.trivet.sandbox.SandboxException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Executes one attempt from its lease to its end. Used by one thread; {@link #stop} may come from any. */
final class JobExecution {
    private static final Logger log = LoggerFactory.getLogger(JobExecution.class);
    private static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    private static final String SETUP = "setup";
    private static final String BUNDLES = "/tmp/trivet-sources";

    private final Lease lease;
    private final Tools tools;
    private final Stopper stopper = new Stopper();
    private final Commands commands = new Commands(stopper);
    private final Instant claimedAt;

    /** What all executions of a runner share. */
    record Tools(
            ServerLink link,
            Persistence persistence,
            Ground ground,
            Watchdog watchdog,
            InstantSource clock,
            boolean fileSources,
            Path work,
            Optional<NixWork> nix) {}

    JobExecution(Lease lease, Tools tools) {
        this.lease = requireNonNull(lease, "lease is null");
        this.tools = requireNonNull(tools, "tools is null");
        this.claimedAt = tools.clock.instant();
    }

    boolean claimedBefore(Instant instant) {
        return claimedAt.isBefore(instant);
    }

    Lease lease() {
        return lease;
    }

    void stop(StopCause cause) {
        stopper.stop(cause);
    }

    void run() {
        if (tools.persistence.call(() -> tools.link.started(lease.ref())) == Verdict.STALE) {
            return;
        }
        AttemptResult result = execute();
        boolean gone = stopper.cause().filter(StopCause.LEASE_LOST::equals).isPresent();
        if (!gone) {
            tools.persistence.call(() -> tools.link.finish(result));
        }
    }

    private AttemptResult execute() {
        Limits limits = tools.ground.limits(lease.spec());
        try (StepLog setup = openLog(0, limits);
                Watchdog.Watch _ = tools.watchdog.after(limits.wall(), stopper, StopCause.JOB_TIMEOUT)) {
            var say = new SetupLog(setup, lease.spec().label(), tools.clock);
            try {
                return new AttemptResult(lease.ref(), JobEvent.PASS, Outcome.PASSED, work(say, limits));
            } catch (JobEnd end) {
                say.say("Error: " + end.getMessage());
                return new AttemptResult(lease.ref(), end.event(), end.outcome(), end.snapshot());
            }
        } catch (IOException failed) {
            return lost("the log cannot be written: " + failed.getMessage());
        } catch (LinkUnavailableException closing) {
            return lost("the runner was closed");
        } catch (RuntimeException failed) {
            log.error(
                    "attempt {} of job {} broke",
                    lease.ref().attempt(),
                    lease.ref().jobId(),
                    failed);
            return lost("the runner failed: " + failed);
        }
    }

    private AttemptResult lost(String why) {
        return new AttemptResult(lease.ref(), JobEvent.LOSE, Outcome.of(Reason.SANDBOX_LOST, why), null);
    }

    private @Nullable String work(SetupLog say, Limits limits) throws JobEnd {
        NixSpec nix = lease.spec().nix();
        if (nix != null) {
            byNix(nix, say, limits);
            return null;
        }
        change(0, StepState.RUNNING, null);
        boolean ready = false;
        try (Sandbox sandbox = prepare(say)) {
            change(0, StepState.PASSED, 0);
            ready = true;
            stepsOrFreeze(sandbox, say, limits);
            new Artifacts(tools.link, tools.persistence)
                    .keep(lease.ref(), lease.spec().artifacts(), lease.spec().directory(), sandbox, say);
            say.say("Build complete.");
            return lease.freezes() ? freeze(sandbox) : null;
        } catch (JobEnd end) {
            if (!ready) {
                change(0, failedState(end), null);
            }
            throw end;
        }
    }

    private void byNix(NixSpec spec, SetupLog say, Limits limits) throws JobEnd {
        NixWork nix = tools.nix.orElseThrow(() -> JobEnd.failed(
                Reason.SETUP_FAILED,
                "this runner has no Nix, and should not have got a job for it: install nix-bin on its machine"));
        change(0, StepState.PASSED, 0);
        change(NixSpec.OUTPUT, StepState.RUNNING, null);
        try (StepLog output = openLog(NixSpec.OUTPUT, limits);
                StepLog results = openLog(NixSpec.RESULTS, Limits.NONE)) {
            new NixExecution(nix, stopper).run(spec, output, results);
            change(NixSpec.OUTPUT, StepState.PASSED, 0);
            change(NixSpec.RESULTS, StepState.PASSED, 0);
            say.say("Build complete.");
        } catch (JobEnd end) {
            change(NixSpec.OUTPUT, failedState(end), null);
            throw end;
        } catch (IOException failed) {
            throw JobEnd.lost("the log cannot be written: " + failed.getMessage());
        }
    }

    /** As long as nothing of the job itself has run, a sandbox that breaks is replaced once, without ending the attempt. */
    private Sandbox prepare(SetupLog say) throws JobEnd {
        try {
            return prepareOnce(say);
        } catch (JobEnd end) {
            if (end.event() != JobEvent.LOSE || stopper.cause().isPresent()) {
                throw end;
            }
            log.warn(
                    "the sandbox of job {} broke before its first task: {}",
                    lease.ref().jobId(),
                    end.getMessage());
            say.say("The sandbox broke (" + end.getMessage() + "), trying again with another one");
            return prepareOnce(say);
        }
    }

    private Sandbox prepareOnce(SetupLog say) throws JobEnd {
        String ground = lease.base() != null
                ? "the snapshot of the job before it"
                : "image " + lease.spec().image();
        say.say("Booting " + ground);
        Sandbox sandbox = tools.ground.open(lease, say, stopper);
        Stopper.Registration whenStopped = stopper.onStop(sandbox::close);
        boolean prepared = false;
        try {
            if (stopper.cause().isPresent()) {
                throw JobEnd.stopped(stopper.cause().get(), SETUP);
            }
            writeFiles(sandbox);
            new Archives(tools.link).unpack(lease.spec().archives(), sandbox, say);
            for (SourceSpec source : lease.spec().sources()) {
                checkOut(sandbox, source, say);
            }
            prepared = true;
            return sandbox;
        } catch (JobEnd end) {
            // What broke because it was stopped did not fail.
            throw stopper.cause().map(cause -> JobEnd.stopped(cause, SETUP)).orElse(end);
        } finally {
            if (!prepared) {
                whenStopped.close();
                sandbox.close();
            }
        }
    }

    private void writeFiles(Sandbox sandbox) throws JobEnd {
        List<FileSpec> files = lease.spec().files();
        String directory = lease.spec().directory();
        boolean unpacked = lease.spec().archives().stream()
                .anyMatch(archive -> archive.directory().equals(directory));
        if (files.isEmpty() && (unpacked || HomeTar.isHome(directory))) {
            return;
        }
        try {
            sandbox.putTar("/", HomeTar.of(files, lease.spec().user(), directory));
        } catch (SandboxException failed) {
            throw JobEnd.lost("the job's files cannot be written: " + failed.getMessage());
        }
    }

    private void checkOut(Sandbox sandbox, SourceSpec source, SetupLog say) throws JobEnd {
        say.say("Cloning " + source.url());
        if (!SourceBundle.isLocal(source.url())) {
            checkOut(sandbox, source, source.commands(), say);
            return;
        }
        if (!tools.fileSources) {
            throw JobEnd.failed(
                    Reason.SETUP_FAILED,
                    "the source " + source.url()
                            + " is on the runner's host, and its operator does not allow the scheme"
                            + " file (server.allowed_url_schemes)");
        }
        String name = "source-" + lease.spec().sources().indexOf(source) + ".bundle";
        try (SourceBundle bundle = SourceBundle.of(source.url(), tools.work);
                InputStream tar = bundle.tar(name)) {
            sandbox.putTar(BUNDLES, tar);
        } catch (SandboxException | IOException failed) {
            throw JobEnd.lost("the repository cannot be taken into the sandbox: " + failed.getMessage());
        }
        checkOut(sandbox, source, fromBundle(source, BUNDLES + "/" + name), say);
    }

    private void checkOut(Sandbox sandbox, SourceSpec source, List<List<String>> list, SetupLog say) throws JobEnd {
        for (List<String> arguments : list) {
            int code = commands.run(sandbox, command(arguments, Map.of()), say.log(), SETUP);
            if (code != 0) {
                String hint = source.hint() == null ? "" : ". " + source.hint();
                throw JobEnd.failed(
                        Reason.SETUP_FAILED,
                        code,
                        "cloning " + source.url() + " failed: " + program(arguments) + " exited with " + code + hint,
                        SETUP);
            }
        }
    }

    /** What really runs: {@code env} and the variables that it sets are only said before it. */
    private static String program(List<String> arguments) {
        if (!arguments.getFirst().equals("env")) {
            return arguments.getFirst();
        }
        return arguments.stream()
                .skip(1)
                .filter(word -> word.indexOf('=') < 0)
                .findFirst()
                .orElse("env");
    }

    /** The same commands on the bundle; afterwards the clone names the repository as its origin, as any clone does. */
    private static List<List<String>> fromBundle(SourceSpec source, String bundle) {
        var list = new java.util.ArrayList<List<String>>();
        for (List<String> arguments : source.commands()) {
            list.add(arguments.stream()
                    .map(word -> word.equals(source.url()) ? bundle : word)
                    .toList());
        }
        list.add(List.of("git", "-C", source.directory(), "remote", "set-url", "origin", source.url()));
        return list;
    }

    /** A failure that is forgiven leaves its file system to the jobs that build in it, as a success does. */
    private void stepsOrFreeze(Sandbox sandbox, SetupLog say, Limits limits) throws JobEnd {
        try {
            steps(sandbox, say, limits);
        } catch (JobEnd end) {
            boolean forgiven = end.event() == JobEvent.FAIL && lease.softFail().forgives(end.outcome());
            throw forgiven && lease.freezes() ? end.leaving(freeze(sandbox)) : end;
        }
    }

    private void steps(Sandbox sandbox, SetupLog say, Limits limits) throws JobEnd {
        List<StepSpec> steps = lease.spec().steps();
        for (int index = 0; index < steps.size(); index++) {
            step(sandbox, steps.get(index), index + 1, say, limits);
            if (markedComplete(sandbox)) {
                for (int rest = index + 1; rest < steps.size(); rest++) {
                    change(rest + 1, StepState.SKIPPED, null);
                }
                say.say("The build was marked complete, the remaining steps are skipped");
                return;
            }
        }
    }

    private void step(Sandbox sandbox, StepSpec step, int number, SetupLog say, Limits limits) throws JobEnd {
        say.say("Running task \"" + step.name() + "\"");
        change(number, StepState.RUNNING, null);
        int code;
        try (StepLog output = openLog(number, limits);
                Watchdog.Watch _ = tools.watchdog.after(step.timeout(), stopper, StopCause.STEP_TIMEOUT);
                Watchdog.Watch _ = tools.watchdog.silence(limits.silence(), output, tools.clock, stopper)) {
            try {
                code = commands.run(sandbox, command(step.command(), step.environment()), output, step.name());
            } catch (JobEnd end) {
                output.line("[trivet] " + end.getMessage());
                throw end;
            }
        } catch (JobEnd end) {
            change(number, failedState(end), end.outcome().exitCode());
            throw end;
        } catch (IOException failed) {
            change(number, StepState.FAILED, null);
            throw JobEnd.lost("the log of " + step.name() + " cannot be written: " + failed.getMessage());
        }
        change(number, code == 0 ? StepState.PASSED : StepState.FAILED, code);
        if (code != 0) {
            throw JobEnd.failed(Reason.EXIT_CODE, code, "task " + step.name() + " exited with " + code, step.name());
        }
    }

    private boolean markedComplete(Sandbox sandbox) throws JobEnd {
        String marker = lease.spec().skipMarker();
        if (marker == null) {
            return false;
        }
        try (InputStream content = sandbox.readFile(marker).content()) {
            return new String(content.readNBytes(16), StandardCharsets.UTF_8)
                    .strip()
                    .equals("1");
        } catch (IOException | SandboxException absent) {
            return false;
        }
    }

    private String freeze(Sandbox sandbox) throws JobEnd {
        try {
            return sandbox.freeze();
        } catch (SandboxException failed) {
            throw JobEnd.notKept(
                    "the file system could not be kept for the jobs that build in it: " + failed.getMessage());
        }
    }

    private Command command(List<String> arguments, Map<String, String> more) {
        JobSpec spec = lease.spec();
        Map<String, String> environment = new HashMap<>();
        environment.put("PATH", PATH);
        environment.put("HOME", spec.user().equals("root") ? "/root" : "/home/" + spec.user());
        environment.put("USER", spec.user());
        environment.put("LOGNAME", spec.user());
        environment.put("LANG", "C.UTF-8");
        environment.putAll(spec.environment());
        environment.putAll(more);
        return new Command(arguments, environment, spec.directory(), spec.user());
    }

    private StepLog openLog(int step, Limits limits) throws IOException {
        return new StepLog(tools.link, lease.ref(), step, limits.logBytes(), Masker.NONE, tools.clock);
    }

    private void change(int number, StepState state, @Nullable Integer exitCode) {
        tools.persistence.call(() -> tools.link.stepChanged(new StepChange(lease.ref(), number, state, exitCode)));
    }

    private static StepState failedState(JobEnd end) {
        return switch (end.event()) {
            case TIME_OUT -> StepState.TIMED_OUT;
            case CANCEL -> StepState.CANCELED;
            case FAIL, LOSE, PASS, RELEASE, OPEN, ADOPT, LEASE, START, SKIP, RETRY -> StepState.FAILED;
        };
    }
}
