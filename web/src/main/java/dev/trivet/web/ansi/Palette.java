package dev.trivet.web.ansi;

/** The 256 colours of terminals, as classes of the style sheet: the content security policy allows no style in the page itself. */
public final class Palette {
    /** The first 16 are ours to choose; these can be read on the logs' dark ground. */
    private static final int[] NAMED = {
        0x8a94a3, 0xff7b72, 0x56d364, 0xe3b341, 0x79b8ff, 0xd2a8ff, 0x56d4dd, 0xd0d7de,
        0xa3adba, 0xffa198, 0x7ee787, 0xf2cc60, 0xa5d6ff, 0xe2c5ff, 0x87e9f0, 0xffffff
    };
    /** The same as grounds, dark enough for light text. */
    private static final int[] GROUNDS = {
        0x30363d, 0x8e1519, 0x116329, 0x6b4700, 0x0a4a9e, 0x6032a8, 0x0f5b63, 0x59626d,
        0x484f58, 0xb62324, 0x1a7f37, 0x845306, 0x1158c7, 0x8250df, 0x1b7c83, 0x6e7781
    };

    private static final int[] STEPS = {0, 95, 135, 175, 215, 255};

    private Palette() {}

    /** Rules for {@code .f0} to {@code .f255} (text) and {@code .g0} to {@code .g255} (ground). */
    public static String css() {
        StringBuilder css = new StringBuilder(16_384);
        for (int i = 0; i < 256; i++) {
            css.append(".f%d{color:#%06x}".formatted(i, i < 16 ? NAMED[i] : rgb(i)));
            css.append(".g%d{background:#%06x}%n".formatted(i, i < 16 ? GROUNDS[i] : rgb(i)));
        }
        return css.toString();
    }

    /** The colour itself if it is of the palette, else the one of the palette's cube and greys that is most like it. */
    static int nearest(int colour) {
        if (colour < Style.TRUE_COLOUR) {
            return colour;
        }
        int wanted = colour - Style.TRUE_COLOUR;
        int best = 16;
        for (int i = 17; i < 256; i++) {
            if (distance(rgb(i), wanted) < distance(rgb(best), wanted)) {
                best = i;
            }
        }
        return best;
    }

    private static int rgb(int index) {
        if (index >= 232) {
            int grey = 8 + (index - 232) * 10;
            return grey << 16 | grey << 8 | grey;
        }
        int cube = index - 16;
        return STEPS[cube / 36] << 16 | STEPS[cube / 6 % 6] << 8 | STEPS[cube % 6];
    }

    private static int distance(int one, int other) {
        int red = (one >> 16) - (other >> 16);
        int green = (one >> 8 & 0xff) - (other >> 8 & 0xff);
        int blue = (one & 0xff) - (other & 0xff);
        return red * red + green * green + blue * blue;
    }
}
