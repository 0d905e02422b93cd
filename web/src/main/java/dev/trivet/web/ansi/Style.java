package dev.trivet.web.ansi;

import java.util.ArrayList;
import java.util.List;

/**
 * How text looks: the state that SGR sequences of a terminal set. Immutable.
 *
 * @param flags bits of {@link #BOLD} and the others
 * @param foreground {@link #NONE}, 0 to 255 of the palette, or {@link #TRUE_COLOUR} with 24 bits of red, green and blue
 * @param background likewise
 */
public record Style(int flags, int foreground, int background) {
    /** No colour of its own. */
    static final int NONE = -1;

    /** Marks a colour that is not of the palette. */
    static final int TRUE_COLOUR = 1 << 24;

    /** Text without any style. */
    public static final Style PLAIN = new Style(0, NONE, NONE);

    private static final int BOLD = 1;
    private static final int DIM = 2;
    private static final int ITALIC = 4;
    private static final int UNDERLINE = 8;
    private static final int INVERSE = 16;
    private static final int STRIKE = 32;
    private static final int MOST_PARAMETERS = 64;
    private static final int LONGEST_CODE = 64;

    /** The style after an SGR sequence with these parameters, such as {@code 1;38;5;208}. What is not known is passed over. */
    public Style after(String parameters) {
        List<Integer> codes = codes(parameters);
        Style style = this;
        for (int i = 0; i < codes.size(); i++) {
            int code = codes.get(i);
            if (code == 38 || code == 48) {
                int colour = colour(codes, i + 1);
                style = code == 38 ? style.withForeground(colour) : style.withBackground(colour);
                i += i + 1 < codes.size() && codes.get(i + 1) == 2 ? 4 : 2;
            } else {
                style = style.after(code);
            }
        }
        return style;
    }

    private Style after(int code) {
        return switch (code) {
            case 0 -> PLAIN;
            case 1 -> with(BOLD);
            case 2 -> with(DIM);
            case 3 -> with(ITALIC);
            case 4, 21 -> with(UNDERLINE);
            case 7 -> with(INVERSE);
            case 9 -> with(STRIKE);
            case 22 -> without(BOLD | DIM);
            case 23 -> without(ITALIC);
            case 24 -> without(UNDERLINE);
            case 27 -> without(INVERSE);
            case 29 -> without(STRIKE);
            case 39 -> withForeground(NONE);
            case 49 -> withBackground(NONE);
            case 30, 31, 32, 33, 34, 35, 36, 37 -> withForeground(code - 30);
            case 40, 41, 42, 43, 44, 45, 46, 47 -> withBackground(code - 40);
            case 90, 91, 92, 93, 94, 95, 96, 97 -> withForeground(code - 90 + 8);
            case 100, 101, 102, 103, 104, 105, 106, 107 -> withBackground(code - 100 + 8);
            default -> this;
        };
    }

    /** This style as parameters of one SGR sequence; empty for the plain one. {@code PLAIN.after(style.code())} is the style again. */
    public String code() {
        List<String> codes = new ArrayList<>();
        int[][] names = {{BOLD, 1}, {DIM, 2}, {ITALIC, 3}, {UNDERLINE, 4}, {INVERSE, 7}, {STRIKE, 9}};
        for (int[] name : names) {
            if ((flags & name[0]) != 0) {
                codes.add(Integer.toString(name[1]));
            }
        }
        addColour(codes, "38", foreground);
        addColour(codes, "48", background);
        return String.join(";", codes);
    }

    /** The opening tag for text of this style; empty for the plain one. */
    String tag() {
        if (equals(PLAIN)) {
            return "";
        }
        int front = (flags & INVERSE) == 0 ? foreground : background;
        int back = (flags & INVERSE) == 0 ? background : foreground;
        List<String> classes = new ArrayList<>();
        String[] names = {"sb", "sd", "si", "su", "sv", "ss"};
        for (int bit = 0; bit < names.length; bit++) {
            if ((flags & 1 << bit) != 0) {
                classes.add(names[bit]);
            }
        }
        if (front != NONE) {
            classes.add("f" + Palette.nearest(front));
        }
        if (back != NONE) {
            classes.add("g" + Palette.nearest(back));
        }
        return "<span class=\"" + String.join(" ", classes) + "\"" + exact("f", front) + exact("g", back) + ">";
    }

    /** For the script, which may set colours that no style sheet has a class for. */
    private static String exact(String name, int colour) {
        return colour < TRUE_COLOUR ? "" : " data-" + name + "=\"" + String.format("%06x", colour - TRUE_COLOUR) + "\"";
    }

    private Style with(int flag) {
        return new Style(flags | flag, foreground, background);
    }

    private Style without(int mask) {
        return new Style(flags & ~mask, foreground, background);
    }

    private Style withForeground(int colour) {
        return new Style(flags, colour, background);
    }

    private Style withBackground(int colour) {
        return new Style(flags, foreground, colour);
    }

    private static void addColour(List<String> codes, String kind, int colour) {
        if (colour >= TRUE_COLOUR) {
            codes.add(kind + ";2;" + (colour >> 16 & 0xff) + ";" + (colour >> 8 & 0xff) + ";" + (colour & 0xff));
        } else if (colour != NONE) {
            codes.add(kind + ";5;" + colour);
        }
    }

    private static int colour(List<Integer> codes, int at) {
        if (at + 1 < codes.size() && codes.get(at) == 5) {
            return codes.get(at + 1) <= 255 ? codes.get(at + 1) : NONE;
        }
        if (at + 3 < codes.size() && codes.get(at) == 2) {
            int red = Math.min(codes.get(at + 1), 255);
            int green = Math.min(codes.get(at + 2), 255);
            int blue = Math.min(codes.get(at + 3), 255);
            return TRUE_COLOUR | red << 16 | green << 8 | blue;
        }
        return NONE;
    }

    /** The numbers; of the form with colons, which may name a colour space before the colour, those that count. */
    private static List<Integer> codes(String parameters) {
        List<Integer> codes = new ArrayList<>();
        if (parameters.length() > LONGEST_CODE * 4) {
            return codes;
        }
        for (String part : parameters.split(";", MOST_PARAMETERS)) {
            String[] sub = part.split(":", -1);
            boolean space = sub.length >= 6 && sub[1].equals("2");
            for (int i = 0; i < sub.length; i++) {
                if (sub[0].equals("4") && i == 1) {
                    // 4:3 is a curly underline, 4:0 none
                    codes.set(codes.size() - 1, sub[1].equals("0") ? 24 : 4);
                } else if (!(space && i == 2)) {
                    codes.add(number(sub[i]));
                }
            }
        }
        return codes;
    }

    private static int number(String text) {
        boolean digits = text.length() <= 4 && text.chars().allMatch(c -> c >= '0' && c <= '9');
        return !digits ? 999 : text.isEmpty() ? 0 : Integer.parseInt(text);
    }
}
