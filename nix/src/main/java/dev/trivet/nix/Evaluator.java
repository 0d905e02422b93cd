package dev.trivet.nix;

import java.util.function.Consumer;

/** Evaluates one job set, once. {@link #cancel} may come from any thread, the rest is for one. */
public interface Evaluator {
    /**
     * Looks at every attribute and tells of each as soon as it is known. Never throws for what is evaluated.
     *
     * @throws InterruptedException if the thread is interrupted; the evaluation is over then
     */
    EvaluationEnd evaluate(EvaluationRequest request, Consumer<EvaluationLine> lines) throws InterruptedException;

    /** Ends it soon; before it has begun too. */
    void cancel();

    /** By {@code nix-eval-jobs} where that is installed, by {@code nix repl} otherwise. */
    static Evaluator of(Nix nix, Launcher launcher) {
        return nix.evalJobs().isPresent() ? new EvalJobs(nix, launcher) : new ReplEvaluator(nix, launcher);
    }
}
