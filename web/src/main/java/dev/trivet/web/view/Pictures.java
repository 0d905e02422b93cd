package dev.trivet.web.view;

import gg.jte.Content;

/**
 * A run as pictures.
 *
 * @param graph SVG
 * @param waterfall SVG; empty while nothing has started
 * @param begun whether something has started
 * @param leftOut how many jobs the waterfall leaves out
 */
public record Pictures(Content graph, Content waterfall, boolean begun, int leftOut) {
    /** For a run that needs none. */
    public static final Pictures NONE = new Pictures(output -> {}, output -> {}, false, 0);
}
