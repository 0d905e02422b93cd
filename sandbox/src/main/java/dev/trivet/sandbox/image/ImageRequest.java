package dev.trivet.sandbox.image;

import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a job asks for.
 *
 * @param name an image's name or alias, such as {@code debian/stable}
 * @param arch an architecture in whatever spelling, or {@code null} for the image's own ({@code default} means that too)
 * @param installs whether packages will be installed: an image that cannot take any is then passed over for one that can
 */
public record ImageRequest(String name, @Nullable String arch, boolean installs) {
    public ImageRequest {
        Objects.requireNonNull(name, "name is null");
    }

    public static ImageRequest named(String name) {
        return new ImageRequest(name, null, false);
    }

    boolean wants(String debianArch) {
        return arch == null
                || arch.isBlank()
                || arch.equals("default")
                || debianArch(arch).equals(debianArch);
    }

    /** Debian's name of an architecture that kernels, compilers and other distributions call differently. */
    static String debianArch(String arch) {
        return switch (arch.toLowerCase(Locale.ROOT)) {
            case "x86_64", "x86-64", "x64" -> "amd64";
            case "aarch64", "arm64v8" -> "arm64";
            case "ppc64le" -> "ppc64el";
            case "i686", "i586", "x86" -> "i386";
            case "armv7l", "armv7", "arm" -> "armhf";
            default -> arch.toLowerCase(Locale.ROOT);
        };
    }
}
