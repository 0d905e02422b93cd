package dev.trivet.circus.channel;

import dev.trivet.circus.CircusErrors;
import dev.trivet.circus.CircusPart;
import dev.trivet.http.Route;
import dev.trivet.http.RouteGroup;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/** Channels, put together (spec sections 2.8, 2.11 and 8). Thread-safe. */
public final class Channels implements CircusPart {
    private final ChannelStore store;
    private final ChannelRoutes routes;
    private final ChannelFileRoutes files;
    private final Upkeep upkeep;

    public Channels(Ground ground, ChannelSettings settings) {
        this.store = new ChannelStore(ground.database(), settings.history());
        var publisher = new Publisher(
                store, new ChannelArchive(new OfferStore(ground.database())), ground.blobs(), ground.clock());
        this.files = new ChannelFileRoutes(
                store,
                publisher,
                ground.blobs(),
                settings.cacheUrl().orElse(ground.origin() + "/nix-cache"),
                ground.origin());
        this.upkeep = new Upkeep(ground.database(), store, publisher, ground.clock());
        this.routes = new ChannelRoutes(ground, store, files, upkeep::wake);
    }

    @Override
    public List<Route> api() {
        return routes.routes();
    }

    @Override
    public List<RouteGroup> open() {
        return List.of(new RouteGroup("/channel", CircusErrors.SHAPE, Set.of(), files.routes()));
    }

    @Override
    public Collection<String> referencedBlobs(Collection<String> hashes) {
        return store.referenced(hashes);
    }

    @Override
    public void start() {
        upkeep.start();
    }

    @Override
    public void wake() {
        upkeep.wake();
    }

    @Override
    public void close() {
        upkeep.close();
    }
}
