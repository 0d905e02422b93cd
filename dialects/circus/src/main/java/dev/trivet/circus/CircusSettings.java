package dev.trivet.circus;

import dev.trivet.circus.cache.CacheSettings;
import dev.trivet.circus.notify.NotificationSettings;
import dev.trivet.circus.product.StoreTree;
import java.util.Objects;
import java.util.Set;

/**
 * What the operator decides for this dialect.
 *
 * @param origin where the server is reached, without a slash at its end
 * @param corsOrigins whose pages' scripts may call the API
 * @param schemes of repository addresses
 * @param inside whether internal addresses may be asked
 * @param people about users and signing in
 * @param declaration what is brought about at every start
 * @param box keeps the secrets of webhooks and notifications
 * @param store the store of Nix whose paths can be downloaded
 * @param config the server's configuration file
 */
public record CircusSettings(
        String origin,
        Set<String> corsOrigins,
        Set<String> schemes,
        boolean inside,
        PeopleSettings people,
        Declaration declaration,
        SecretBox box,
        EvaluationSettings evaluation,
        BuildSettings build,
        GarbageSettings garbage,
        CacheSettings cache,
        StoreTree store,
        NotificationSettings notifications,
        ConfigAccess config) {
    public CircusSettings {
        Objects.requireNonNull(origin, "origin is null");
        corsOrigins = Set.copyOf(corsOrigins);
        schemes = Set.copyOf(schemes);
        Objects.requireNonNull(people, "people is null");
        Objects.requireNonNull(declaration, "declaration is null");
        Objects.requireNonNull(box, "box is null");
        Objects.requireNonNull(evaluation, "evaluation is null");
        Objects.requireNonNull(build, "build is null");
        Objects.requireNonNull(garbage, "garbage is null");
        Objects.requireNonNull(cache, "cache is null");
        Objects.requireNonNull(store, "store is null");
        Objects.requireNonNull(notifications, "notifications is null");
        Objects.requireNonNull(config, "config is null");
    }
}
