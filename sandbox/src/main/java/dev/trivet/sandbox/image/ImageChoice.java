package dev.trivet.sandbox.image;

import java.util.List;
import java.util.Objects;

/**
 * The image that a job gets.
 *
 * @param image what its sandbox stands on
 * @param manifest what is known of it: the account that jobs run as, its home, its architecture
 * @param packageManager how packages are added to it
 * @param notes what the job's log should say about the choice, such as that another release stands in; mostly empty
 */
public record ImageChoice(Image image, ImageManifest manifest, PackageManager packageManager, List<String> notes) {
    public ImageChoice {
        Objects.requireNonNull(image, "image is null");
        Objects.requireNonNull(manifest, "manifest is null");
        Objects.requireNonNull(packageManager, "packageManager is null");
        notes = List.copyOf(notes);
    }
}
