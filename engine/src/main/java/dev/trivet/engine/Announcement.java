package dev.trivet.engine;

import java.util.Optional;
import java.util.UUID;

/**
 * The text of a notification: the sender, then {@code l<lane>}, {@code r<runner>} and {@code e} for events, separated by spaces.
 *
 * @param sender which server said it
 */
record Announcement(String sender, Wakeups wakeups) {

    static String format(String sender, Wakeups wakeups, int longest) {
        var text = new StringBuilder(sender);
        if (wakeups.hasEvents()) {
            text.append(" e");
        }
        wakeups.runners().forEach(runner -> append(text, " r" + runner, longest));
        wakeups.lanes().forEach(lane -> append(text, " l" + lane, longest));
        return text.toString();
    }

    private static void append(StringBuilder text, String word, int longest) {
        if (text.length() + word.length() <= longest) {
            text.append(word);
        }
    }

    /** Empty if it is not one of ours. */
    static Optional<Announcement> parse(String text) {
        String[] words = text.split(" ", -1);
        var wakeups = new Wakeups();
        try {
            for (int index = 1; index < words.length; index++) {
                String rest = words[index].substring(1);
                switch (words[index].charAt(0)) {
                    case 'e' -> wakeups.events();
                    case 'l' -> wakeups.lane(Long.parseLong(rest));
                    case 'r' -> wakeups.runner(UUID.fromString(rest));
                    default -> {
                        return Optional.empty();
                    }
                }
            }
            return Optional.of(new Announcement(words[0], wakeups));
        } catch (IllegalArgumentException | StringIndexOutOfBoundsException foreign) {
            return Optional.empty();
        }
    }
}
