package dev.trivet.server;

import dev.trivet.engine.RunnerHost;
import dev.trivet.engine.RunnerInfo;
import dev.trivet.http.HttpException;
import dev.trivet.runner.Wire;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Takes a runner at its word only within bounds: what it says of itself is a stranger's input. */
final class RunnerHello {
    private static final int LONGEST_TEXT = 128;
    private static final int MOST_SYSTEMS = 32;
    private static final int MOST_FEATURES = 128;
    private static final int MOST_SLOTS = 1000;
    private static final int MOST_CPUS = 100_000;
    private static final double MOST_SPEED = 1000;

    private RunnerHello() {}

    /** @throws HttpException 400 naming what is out of bounds, 409 if it speaks another protocol */
    static void check(Wire.Hello hello) {
        if (hello.protocol() != Wire.PROTOCOL) {
            throw HttpException.conflict("the runner speaks version " + hello.protocol()
                    + " of the protocol, this server version " + Wire.PROTOCOL
                    + ": run the same release of Trivet on both");
        }
        if (hello.id() == null) {
            throw HttpException.field("id", "id should be a UUID that stays the same over restarts");
        }
        text("name", hello.name());
        text("host", hello.host());
        texts("systems", hello.systems(), MOST_SYSTEMS);
        texts("features", hello.features(), MOST_FEATURES);
        texts("labels", hello.labels(), MOST_FEATURES);
        texts("mandatory", hello.mandatory(), MOST_FEATURES);
        number("slots", hello.slots(), MOST_SLOTS);
        number("cpus", hello.cpus(), MOST_CPUS);
        if (!(hello.speedFactor() > 0 && hello.speedFactor() <= MOST_SPEED)) {
            throw HttpException.field("speedFactor", "speedFactor should be above 0 and at most " + MOST_SPEED);
        }
    }

    static RunnerInfo info(Wire.Hello hello) {
        Set<String> provides = new TreeSet<>(hello.systems());
        provides.addAll(hello.features());
        provides.addAll(hello.labels());
        return new RunnerInfo(hello.id(), hello.name(), provides, hello.mandatory(), hello.slots());
    }

    static RunnerHost host(Wire.Hello hello) {
        return new RunnerHost(
                hello.host(), hello.protocol(), hello.systems(), hello.features(), hello.cpus(), hello.speedFactor());
    }

    /** @throws HttpException 400 if it is not 1 to 128 printable characters */
    static void text(String field, @Nullable String text) {
        if (text == null
                || text.isBlank()
                || text.length() > LONGEST_TEXT
                || text.chars().anyMatch(Character::isISOControl)) {
            throw HttpException.field(field, field + " should be 1 to " + LONGEST_TEXT + " printable characters");
        }
    }

    private static void texts(String field, @Nullable Set<String> texts, int most) {
        if (texts == null || texts.size() > most) {
            throw HttpException.field(field, field + " should be a list of at most " + most);
        }
        texts.forEach(each -> {
            text(field, each);
            if (each.startsWith("runner:")) {
                throw HttpException.field(
                        field,
                        field + " should not have '" + each
                                + "': words that begin with runner: name runners, and jobs that wait for their files");
            }
        });
    }

    private static void number(String field, int number, int most) {
        if (number < 1 || number > most) {
            throw HttpException.field(field, field + " should be from 1 to " + most + ", not " + number);
        }
    }
}
