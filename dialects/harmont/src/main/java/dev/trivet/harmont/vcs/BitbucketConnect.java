package dev.trivet.harmont.vcs;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * Asks Bitbucket, in the name of somebody who agreed, which workspaces and repositories they see. The token that it gets for that is
 * used at once and not kept. Thread-safe; {@code toString} does not show the secret.
 */
public final class BitbucketConnect {
    private static final int PAGE = 100;
    private static final int MOST_PAGES = 20;

    private final String clientId;
    private final String clientSecret;
    private final URI web;
    private final ForgeHttp pages;
    private final ForgeHttp api;

    /**
     * @param web address of Bitbucket's pages
     * @param apiUrl address of its API
     */
    public BitbucketConnect(
            String clientId, String clientSecret, URI web, URI apiUrl, HttpClient http, InstantSource clock) {
        this.clientId = requireNonNull(clientId, "clientId is null");
        this.clientSecret = requireNonNull(clientSecret, "clientSecret is null");
        this.web = requireNonNull(web, "web is null");
        this.pages = new ForgeHttp(web, http, clock);
        this.api = new ForgeHttp(apiUrl, http, clock);
    }

    /**
     * A workspace and what is in it.
     *
     * @param slug its name in addresses
     */
    public record Workspace(String slug, String name, List<ForgeRepository> repositories) {
        public Workspace {
            requireNonNull(slug, "slug is null");
            requireNonNull(name, "name is null");
            repositories = List.copyOf(repositories);
        }
    }

    /** Where a browser asks its user. */
    public String authorizeUrl(String state) {
        return web + "/site/oauth2/authorize?client_id=" + encode(clientId) + "&response_type=code&state="
                + encode(state);
    }

    /**
     * Everything that the user who got this code sees: at most 2,000 workspaces, and 2,000 repositories of each.
     *
     * @throws ForgeException if Bitbucket does not say
     */
    public List<Workspace> workspaces(String code) throws ForgeException, InterruptedException {
        try {
            String credentials = Base64.getEncoder()
                    .encodeToString((clientId + ":" + clientSecret).getBytes(StandardCharsets.UTF_8));
            ForgeAnswer traded = pages.form(
                    "/site/oauth2/access_token",
                    Map.of("Authorization", "Basic " + credentials),
                    Map.of("grant_type", "authorization_code", "code", code));
            String token = good(traded).json().path("access_token").stringValue("");
            if (!token.matches("[!-~]+")) {
                throw new ForgeException("Bitbucket answered without a token");
            }
            List<Workspace> all = new ArrayList<>();
            for (JsonNode workspace : values("/workspaces?", token)) {
                String slug = workspace.path("slug").stringValue("");
                if (slug.matches("[A-Za-z0-9_-]{1,62}")) {
                    all.add(new Workspace(slug, workspace.path("name").stringValue(slug), repositories(slug, token)));
                }
            }
            return all;
        } catch (IOException failed) {
            throw new ForgeException("Bitbucket cannot be reached from here (" + failed.getMessage() + ")");
        }
    }

    private List<ForgeRepository> repositories(String workspace, String token)
            throws ForgeException, IOException, InterruptedException {
        List<ForgeRepository> all = new ArrayList<>();
        for (JsonNode repository : values("/repositories/" + workspace + "?", token)) {
            String full = repository.path("full_name").stringValue("");
            if (GitNames.isFullName(full)) {
                all.add(new ForgeRepository(
                        repository.path("uuid").stringValue(full),
                        workspace,
                        repository.path("slug").stringValue(full.substring(full.indexOf('/') + 1)),
                        full,
                        cloneUrl(repository).orElse(null),
                        repository.at("/mainbranch/name").stringValue(null),
                        repository.path("is_private").asBoolean(true)));
            }
        }
        return all;
    }

    /** Without the user name that Bitbucket puts into it. */
    private static Optional<String> cloneUrl(JsonNode repository) {
        for (JsonNode link : repository.at("/links/clone")) {
            String address = link.path("href").stringValue("");
            if (link.path("name").stringValue("").equals("https") && RepositoryUrl.isCloneable(address)) {
                return Optional.of(address.replaceFirst("//[^/@]*@", "//"));
            }
        }
        return Optional.empty();
    }

    private List<JsonNode> values(String path, String token) throws ForgeException, IOException, InterruptedException {
        List<JsonNode> all = new ArrayList<>();
        for (int page = 1; page <= MOST_PAGES; page++) {
            JsonNode answer = good(api.get(
                            path + "pagelen=" + PAGE + "&page=" + page, Map.of("Authorization", "Bearer " + token)))
                    .json();
            answer.path("values").forEach(all::add);
            if (answer.path("next").stringValue("").isEmpty()) {
                break;
            }
        }
        return all;
    }

    private static ForgeAnswer good(ForgeAnswer answer) throws ForgeException {
        if (!answer.isGood()) {
            throw new ForgeException("Bitbucket answered " + answer.status() + ": " + answer.excerpt());
        }
        return answer;
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return "BitbucketConnect[" + clientId + "]";
    }
}
