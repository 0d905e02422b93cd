package dev.trivet.nix;

import dev.trivet.nix.EvaluationRequest.Input;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** A job set as an expression of Nix: everything from outside is quoted. */
record RootExpression(String root, String arguments) {

    /**
     * The expression of a request.
     *
     * @throws NixException if the expression leads out of its repository, or an input cannot be given
     */
    static RootExpression of(EvaluationRequest request) {
        return request.flake()
                ? new RootExpression(flake(request), "{ }")
                : new RootExpression(
                        "import (/. + " + Words.literal(file(request).toString()) + ")", arguments(request));
    }

    /** The file of a legacy expression. */
    static Path file(EvaluationRequest request) {
        try {
            Path checkout = request.checkout().toRealPath();
            Path file = checkout.resolve(request.expression()).toRealPath();
            if (!file.startsWith(checkout)) {
                throw new NixException("the expression " + request.expression() + " is a link out of the repository");
            }
            return file;
        } catch (IOException absent) {
            throw new NixException("the repository has no file " + request.expression()
                    + ": name the file of the jobset's nix_expression as it is from the repository's root");
        }
    }

    private static String flake(EvaluationRequest request) {
        request.inputs().stream()
                .filter(input -> input.type() == Input.Type.GIT)
                .findFirst()
                .ifPresent(input -> {
                    throw new NixException("the input " + input.name()
                            + " would replace one of the flake's: that needs nix-eval-jobs on the runner's machine");
                });
        String checkout = request.checkout().toString();
        boolean git = !request.commit().isEmpty()
                && Files.isDirectory(request.checkout().resolve(".git"));
        String reference =
                git ? "git+file://" + escaped(checkout) + "?rev=" + request.commit() : "path:" + escaped(checkout);
        return attributes(request.expression()).stream()
                .map(Words::literal)
                .collect(Collectors.joining(".", "(builtins.getFlake " + Words.literal(reference) + ").", ""));
    }

    /** {@code .#a.b}, {@code #a.b} and {@code a.b}; {@code .} alone means the jobs that Hydra would build. */
    static List<String> attributes(String expression) {
        String path = expression.replaceFirst("^\\.?#", "");
        return path.isEmpty() || path.equals(".") ? List.of("hydraJobs") : Arrays.asList(path.split("\\."));
    }

    /** A path inside a reference to a flake. */
    static String escaped(String path) {
        return path.replace("%", "%25").replace("?", "%3F").replace("#", "%23").replace(" ", "%20");
    }

    private static String arguments(EvaluationRequest request) {
        return request.inputs().stream()
                .map(input -> Words.literal(input.name()) + " = " + value(request, input) + ";")
                .collect(Collectors.joining(" ", "{ ", " }"));
    }

    private static String value(EvaluationRequest request, Input input) {
        return switch (input.type()) {
            case GIT, STRING, BUILD -> Words.literal(input.value());
            case BOOLEAN -> Boolean.toString(input.value().equals("true"));
            case PATH -> "(/. + " + Words.literal(inside(request, input).toString()) + ")";
        };
    }

    /** Where an input of type path is. */
    static Path inside(EvaluationRequest request, Input input) {
        try {
            Path checkout = request.checkout().toRealPath();
            Path path = checkout.resolve(input.value()).toRealPath();
            if (!path.startsWith(checkout)) {
                throw new NixException(
                        "the input " + input.name() + " is a path out of the repository: " + input.value());
            }
            return path;
        } catch (IOException absent) {
            throw new NixException(
                    "the input " + input.name() + " is a path that the repository does not have: " + input.value());
        }
    }
}
