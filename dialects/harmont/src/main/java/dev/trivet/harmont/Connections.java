package dev.trivet.harmont;

import dev.trivet.accounts.Organizations;
import dev.trivet.accounts.oauth.ExternalAccounts;
import dev.trivet.accounts.oauth.GitHubSignIn;
import dev.trivet.accounts.oauth.GoogleSignIn;
import dev.trivet.accounts.oauth.OAuthProvider;
import dev.trivet.harmont.vcs.BitbucketConnect;
import dev.trivet.harmont.vcs.Forge;
import dev.trivet.harmont.vcs.ForgeHttp;
import dev.trivet.harmont.vcs.ForgeSettings;
import dev.trivet.harmont.vcs.GitHubInstallations;
import dev.trivet.http.Route;
import java.net.URI;
import java.net.http.HttpClient;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Accounts and repositories that people have elsewhere, put together (spec sections 2.4 and 2.11). */
final class Connections implements AutoCloseable {
    private final HttpClient http = ForgeHttp.client();
    private final Installations installations;
    private final List<Route> routes = new ArrayList<>();

    Connections(
            Harmont.Ground ground,
            ConnectionSettings settings,
            Collection<ForgeSettings> forges,
            Lookup lookup,
            Organizations organizations) {
        var store = new ConnectionStore(ground.database());
        Optional<GitHubInstallations> app = of(forges, Forge.GITHUB)
                .flatMap(github -> Optional.ofNullable(github.app()))
                .map(its -> new GitHubInstallations(its, api(forges, Forge.GITHUB), http, ground.clock()));
        Optional<BitbucketConnect> bitbucket = settings.bitbucket()
                .map(client -> new BitbucketConnect(
                        client.id(),
                        client.secret(),
                        settings.bitbucketWeb(),
                        api(forges, Forge.BITBUCKET),
                        http,
                        ground.clock()));
        this.installations = new Installations(store, app, ground.clock());
        routes.addAll(new RepositoryRoutes(lookup, store).routes());
        var external = new ExternalAccounts(ground.database(), ground.accounts(), settings.newcomers(), ground.clock());
        routes.addAll(
                new GithubRoutes(lookup, store, app, settings.github().map(_ -> external), ground.clock()).routes());
        routes.addAll(new BitbucketRoutes(
                        lookup,
                        organizations,
                        store,
                        bitbucket,
                        Signatures.kept(ground.database(), "bitbucket-state"),
                        ground.clock())
                .routes());
        routes.addAll(new SignInRoutes(
                        ground.accounts(), external, providers(settings, api(forges, Forge.GITHUB)), ground.clock())
                .routes());
    }

    private List<OAuthProvider> providers(ConnectionSettings settings, URI githubApi) {
        List<OAuthProvider> providers = new ArrayList<>();
        settings.github()
                .ifPresent(client -> providers.add(new GitHubSignIn(client, settings.githubWeb(), githubApi, http)));
        settings.google()
                .ifPresent(client ->
                        providers.add(new GoogleSignIn(client, settings.googleTokens(), settings.googleUsers(), http)));
        return providers;
    }

    private static Optional<ForgeSettings> of(Collection<ForgeSettings> forges, Forge forge) {
        return forges.stream().filter(one -> one.forge() == forge).findFirst();
    }

    private static URI api(Collection<ForgeSettings> forges, Forge forge) {
        return of(forges, forge).map(ForgeSettings::apiUrl).orElseGet(forge::defaultApiUrl);
    }

    List<Route> routes() {
        return routes;
    }

    Installations installations() {
        return installations;
    }

    @Override
    public void close() {
        http.close();
    }
}
