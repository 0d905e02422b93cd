package dev.trivet.web;

import dev.trivet.accounts.Principal;
import dev.trivet.web.view.Frame;
import java.time.InstantSource;

/**
 * Makes what surrounds a page.
 *
 * @param files style sheet, script and icon
 * @param clock tells when the page was made
 */
record Frames(StaticFiles files, InstantSource clock) {

    /**
     * A frame.
     *
     * @param path where the page is, without host
     * @param refreshSeconds how often to load it again without JavaScript; 0 for never
     */
    Frame of(String title, Viewer viewer, String path, int refreshSeconds) {
        String user = viewer.hasSession()
                ? viewer.principal().map(Principal::username).orElse(null)
                : null;
        return new Frame(
                title + " · Trivet",
                files.style(),
                files.script(),
                files.icon(),
                user,
                viewer.csrfToken(),
                LocalPath.encoded(path),
                refreshSeconds,
                clock.millis());
    }
}
