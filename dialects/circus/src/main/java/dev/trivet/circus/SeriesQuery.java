package dev.trivet.circus;

import dev.trivet.http.Fields;
import dev.trivet.http.Request;

/**
 * Which builds a series is made of (spec section 10).
 *
 * @param hours how far back
 * @param bucketSeconds width of one point
 */
record SeriesQuery(int hours, long bucketSeconds, Fields parameters) {
    private static final int MOST_HOURS = 2160;
    private static final int MOST_POINTS = 2160;

    /** @throws dev.trivet.http.HttpException 400 for bounds that cannot be */
    static SeriesQuery of(Request request) {
        Fields query = request.query();
        long hours = number(query, "hours", 24, MOST_HOURS);
        long bucket = number(query, "bucket", 60, MOST_HOURS * 60L);
        if (hours * 60 / bucket > MOST_POINTS) {
            throw CircusErrors.invalid(
                    "bucket",
                    "of " + bucket + " minutes makes more than " + MOST_POINTS + " points; take a larger one");
        }
        return new SeriesQuery((int) hours, bucket * 60, query);
    }

    private static long number(Fields query, String name, long usual, long most) {
        String text = Filters.present(query, name).orElse(Long.toString(usual));
        if (text.matches("\\d{1,9}")) {
            long number = Long.parseLong(text);
            if (number >= 1 && number <= most) {
                return number;
            }
        }
        throw CircusErrors.invalid(name, "expected a whole number from 1 to " + most + ", not '" + text + "'");
    }

    /** Of builds {@code b} of jobsets {@code j}, those that the query names. */
    Filters filters(String time) {
        return new Filters()
                .with(time + " >= now() - make_interval(hours => :hours)", "hours", hours)
                .id(parameters, "project_id", "j.project_id = :project_id")
                .id(parameters, "jobset_id", "j.id = :jobset_id");
    }
}
