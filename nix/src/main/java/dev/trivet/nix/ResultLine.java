package dev.trivet.nix;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.Objects;

/** What the job of an evaluation tells programs, a line of JSON each. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
    @JsonSubTypes.Type(value = EvaluationLine.Job.class, name = "job"),
    @JsonSubTypes.Type(value = EvaluationLine.Failure.class, name = "failure"),
    @JsonSubTypes.Type(value = ResultLine.Declaration.class, name = "declaration"),
    @JsonSubTypes.Type(value = ResultLine.End.class, name = "end")
})
public sealed interface ResultLine permits EvaluationLine, ResultLine.Declaration, ResultLine.End {
    /** What the repository declares of itself: the text of its {@code .circus.toml}. Comes first. */
    record Declaration(String text) implements ResultLine {
        public Declaration {
            Objects.requireNonNull(text, "text is null");
        }
    }

    /**
     * Comes last, when the evaluation was complete.
     *
     * @param lines how many jobs and failures there were
     */
    record End(int lines) implements ResultLine {}
}
