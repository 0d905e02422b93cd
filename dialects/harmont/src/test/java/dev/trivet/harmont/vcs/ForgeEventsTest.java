package dev.trivet.harmont.vcs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trivet.core.json.Json;
import dev.trivet.harmont.vcs.WebhookEvent.Head;
import dev.trivet.harmont.vcs.WebhookEvent.Ignored;
import dev.trivet.harmont.vcs.WebhookEvent.Installation;
import dev.trivet.harmont.vcs.WebhookEvent.PullRequest;
import dev.trivet.harmont.vcs.WebhookEvent.Push;
import dev.trivet.harmont.vcs.WebhookEvent.RefKind;
import dev.trivet.harmont.vcs.WebhookEvent.Rerun;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Spec section 6.1: what each forge tells. */
class ForgeEventsTest {
    private static final String ZERO = "0".repeat(40);
    private static final Repository HELLO = new Repository(
            "Codertocat/Hello-World",
            "https://github.com/Codertocat/Hello-World.git",
            "git@github.com:Codertocat/Hello-World.git",
            "https://github.com/Codertocat/Hello-World",
            "main",
            false);
    private static final Repository DIASPORA = new Repository(
            "mike/team/diaspora",
            "https://gitlab.example.com/mike/team/diaspora.git",
            "git@gitlab.example.com:mike/team/diaspora.git",
            "https://gitlab.example.com/mike/team/diaspora",
            "master",
            true);
    private static final Repository WEBHOOKS = new Repository(
            "gitea/webhooks",
            "https://git.example.org:3000/gitea/webhooks.git",
            "ssh://gitea@git.example.org:2222/gitea/webhooks.git",
            "https://git.example.org:3000/gitea/webhooks",
            "master",
            false);
    private static final Repository TEAM = new Repository(
            "team_name/repo_name",
            "https://bitbucket.org/team_name/repo_name.git",
            "git@bitbucket.org:team_name/repo_name.git",
            "https://bitbucket.org/team_name/repo_name",
            null,
            true);

    private static WebhookEvent gitHub(String event, String json) {
        return Hook.of(Forge.GITHUB, event, json).event();
    }

    private static WebhookEvent gitLab(String json) {
        return Hook.of(Forge.GITLAB, "Some Hook", json).event();
    }

    @Test
    void gitHubPush() {
        String json = Hook.payload("github-push");
        assertThat(gitHub("push", json))
                .isEqualTo(new Push(
                        new Repository(
                                HELLO.fullName(), HELLO.cloneUrl(), HELLO.sshUrl(), HELLO.webUrl(), "main", true),
                        RefKind.BRANCH,
                        "main",
                        "6dcb09b5b57875f334f61aebed695e2e4193db5e",
                        "9049f1265b7d61be4a8904a9a27120d2064dab3b",
                        "Fix all the bugs\n\nEvery single one.",
                        "Monalisa Octocat"));
        Push fresh = (Push) gitHub("push", json.replace("9049f1265b7d61be4a8904a9a27120d2064dab3b", ZERO));
        assertThat(fresh.previous()).isNull();
    }

    @Test
    void gitHubTagPointsToItsCommit() {
        String json = Hook.payload("github-push")
                .replace("refs/heads/main", "refs/tags/v1/2")
                .replaceFirst("\"after\": \"[0-9a-f]+\"", "\"after\": \"" + "a".repeat(40) + "\"");
        Push push = (Push) gitHub("push", json);
        assertThat(push.kind()).isEqualTo(RefKind.TAG);
        assertThat(push.name()).isEqualTo("v1/2");
        assertThat(push.commit()).isEqualTo("6dcb09b5b57875f334f61aebed695e2e4193db5e");
    }

    @Test
    void deletionsAndOtherRefsAreIgnored() {
        String gitHub = Hook.payload("github-push");
        assertThat(gitHub("push", gitHub.replaceFirst("\"after\": \"[0-9a-f]+\"", "\"after\": \"" + ZERO + "\"")))
                .isInstanceOf(Ignored.class);
        assertThat(gitHub("push", gitHub.replace("\"deleted\": false", "\"deleted\": true")))
                .isInstanceOf(Ignored.class);
        assertThat(gitHub("push", gitHub.replace("refs/heads/main", "refs/notes/commits")))
                .isInstanceOf(Ignored.class);
        String gitLab = Hook.payload("gitlab-push")
                .replaceFirst("\"after\": \"[0-9a-f]+\"", "\"after\": \"" + ZERO + "\"")
                .replaceFirst("\"checkout_sha\": \"[0-9a-f]+\"", "\"checkout_sha\": null");
        assertThat(gitLab(gitLab)).isInstanceOf(Ignored.class);
        String gitea =
                Hook.payload("gitea-push").replaceFirst("\"after\": \"[0-9a-f]+\"", "\"after\": \"" + ZERO + "\"");
        assertThat(Hook.of(Forge.GITEA, "push", gitea).event()).isInstanceOf(Ignored.class);
    }

    @Test
    void gitHubPullRequestFromAFork() {
        assertThat(gitHub("pull_request", Hook.payload("github-pull-request")))
                .isEqualTo(new PullRequest(
                        HELLO,
                        PullRequestAction.OPENED,
                        2,
                        "Update the README with new information.",
                        "stranger",
                        new Head(
                                "ec26c3e57ca3a959ca5aad62de7213c562f8c821",
                                "changes",
                                "stranger/Hello-World",
                                "https://github.com/stranger/Hello-World.git"),
                        true,
                        "main",
                        "f95f852bd8fca8fcc58a9a2d6c842781e32a215e"));
    }

    @Test
    void gitHubPullRequestWhoseForkIsGone() {
        String json = Hook.payload("github-pull-request")
                .replaceFirst("(?s)\"repo\": \\{\"id\": 186853099.*?\\}", "\"repo\": null");
        PullRequest request = (PullRequest) gitHub("pull_request", json);
        assertThat(request.isFork()).isTrue();
        assertThat(request.head().cloneUrl()).isNull();
        PullRequest own = (PullRequest) gitHub(
                "pull_request", Hook.payload("github-pull-request").replace("stranger/Hello", "codertocat/Hello"));
        assertThat(own.isFork()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "opened, false, OPENED",
        "synchronize, false, SYNCHRONIZE",
        "reopened, false, REOPENED",
        "ready_for_review, false, READY_FOR_REVIEW",
        "closed, false, CLOSED",
        "closed, true, MERGED"
    })
    void gitHubActions(String action, boolean merged, PullRequestAction wanted) {
        String json = Hook.payload("github-pull-request")
                .replace("\"action\": \"opened\"", "\"action\": \"" + action + "\"")
                .replace("\"merged\": false", "\"merged\": " + merged);
        assertThat(((PullRequest) gitHub("pull_request", json)).action()).isEqualTo(wanted);
    }

    @Test
    void gitHubChecksThatAreWantedAgain() {
        String run = Hook.payload("github-check-run");
        String commit = "ec26c3e57ca3a959ca5aad62de7213c562f8c821";
        UUID build = UUID.fromString("0f8fad5b-d9cb-469f-a165-70867728950e");
        assertThat(gitHub("check_run", run)).isEqualTo(new Rerun(HELLO, "128620228", build, commit));
        assertThat(gitHub("check_run", run.replace(build.toString(), "1-1-1-1-1")))
                .isEqualTo(new Rerun(HELLO, "128620228", null, commit));
        assertThat(gitHub("check_run", run.replace("rerequested", "completed"))).isInstanceOf(Ignored.class);
        String suite = Hook.payload("github-check-suite");
        assertThat(gitHub("check_suite", suite)).isEqualTo(new Rerun(HELLO, null, null, commit));
        assertThat(gitHub("check_suite", suite.replace("rerequested", "requested")))
                .isInstanceOf(Ignored.class);
    }

    @Test
    void everythingElseIsAcknowledged() {
        assertThat(gitHub("ping", Hook.payload("github-ping"))).isEqualTo(new WebhookEvent.Ping());
        assertThat(gitHub("watch", "{}")).isInstanceOf(Ignored.class);
        assertThat(gitHub("installation", "{\"action\":\"new_permissions_accepted\"}"))
                .isInstanceOf(Ignored.class);
        assertThat(gitHub("pull_request", Hook.payload("github-pull-request").replace("\"opened\"", "\"labeled\"")))
                .isInstanceOf(Ignored.class);
        assertThat(gitLab("{\"object_kind\":\"note\"}")).isInstanceOf(Ignored.class);
        assertThat(Hook.of(Forge.GITEA, "create", "{}").event()).isInstanceOf(Ignored.class);
        assertThat(Hook.of(Forge.BITBUCKET, "issue:created", "{}").event()).isInstanceOf(Ignored.class);
        assertThat(Hook.of(Forge.BITBUCKET, "diagnostics:ping", "{}").event()).isEqualTo(new WebhookEvent.Ping());
    }

    @Test
    void installationsComeAndGo() {
        String where = "\"installation\":{\"id\":7,\"account\":{\"login\":\"acme\",\"type\":\"User\"}}}";
        assertThat(gitHub("installation", "{\"action\":\"created\",\"sender\":{\"id\":5}," + where))
                .isEqualTo(new Installation(7, "acme", "User", "5", Installation.Change.CREATED));
        assertThat(gitHub("installation", "{\"action\":\"suspend\"," + where))
                .isEqualTo(new Installation(7, "acme", "User", "", Installation.Change.SUSPENDED));
        assertThat(gitHub("installation_repositories", "{\"action\":\"removed\"," + where))
                .isEqualTo(new Installation(7, "acme", "User", "", Installation.Change.REPOSITORIES));
    }

    @Test
    void giteaPushAndPullRequest() {
        assertThat(Hook.of(Forge.GITEA, "push", Hook.payload("gitea-push")).event())
                .isEqualTo(new Push(
                        WEBHOOKS,
                        RefKind.BRANCH,
                        "feature/größe",
                        "bffeb74224043ba2feb48d137756c8a9331c449a",
                        "28e1879d029cb852e4844d9c718537df08844e03",
                        "Webhooks Yay!",
                        "Gitea"));
        assertThat(Hook.of(Forge.GITEA, "pull_request", Hook.payload("gitea-pull-request"))
                        .event())
                .isEqualTo(new PullRequest(
                        WEBHOOKS,
                        PullRequestAction.SYNCHRONIZE,
                        12,
                        "Say more",
                        "ada",
                        new Head(
                                "bffeb74224043ba2feb48d137756c8a9331c449a",
                                "say-more",
                                "gitea/webhooks",
                                "https://git.example.org:3000/gitea/webhooks.git"),
                        false,
                        "master",
                        "28e1879d029cb852e4844d9c718537df08844e03"));
    }

    @Test
    void gitLabPushAndTag() {
        assertThat(gitLab(Hook.payload("gitlab-push")))
                .isEqualTo(new Push(
                        DIASPORA,
                        RefKind.BRANCH,
                        "master",
                        "da1560886d4f094c3e6c9ef40349f7d38b5d27d7",
                        "95790bf891e76fee5e1747ab589903a6a1f80f22",
                        "fixed readme",
                        "GitLab dev user"));
        Push tag = (Push) gitLab(Hook.payload("gitlab-tag"));
        assertThat(tag.kind()).isEqualTo(RefKind.TAG);
        assertThat(tag.name()).isEqualTo("v1.0.0");
        assertThat(tag.commit()).isEqualTo("da1560886d4f094c3e6c9ef40349f7d38b5d27d7");
        assertThat(tag.previous()).isNull();
        assertThat(tag.repository().isPrivate()).isFalse();
    }

    @Test
    void gitLabPushWithoutItsCommitsNamesThePusher() {
        Push push = (Push) gitLab(Hook.payload("gitlab-push").replaceFirst("(?s)\"commits\": \\[.*?\\n  \\],", ""));
        assertThat(push.message()).isNull();
        assertThat(push.author()).isEqualTo("John Smith");
    }

    @Test
    void gitLabMergeRequest() {
        String json = Hook.payload("gitlab-merge-request");
        PullRequest request = (PullRequest) gitLab(json);
        assertThat(request.action()).isEqualTo(PullRequestAction.OPENED);
        assertThat(request.number()).isEqualTo(1);
        assertThat(request.title()).isEqualTo("MS-Viewport");
        assertThat(request.author()).isEqualTo("root");
        assertThat(request.isFork()).isTrue();
        assertThat(request.targetBranch()).isEqualTo("master");
        assertThat(request.head())
                .isEqualTo(new Head(
                        "da1560886d4f094c3e6c9ef40349f7d38b5d27d7",
                        "ms-viewport",
                        "awesome_space/diaspora",
                        "https://gitlab.example.com/awesome_space/diaspora.git"));
        PullRequest own = (PullRequest) gitLab(json.replace("\"source_project_id\": 14", "\"source_project_id\": 15"));
        assertThat(own.isFork()).isFalse();
    }

    @Test
    void gitLabUpdatesAreToldApart() {
        String update = Hook.payload("gitlab-merge-request").replace("\"action\": \"open\"", "\"action\": \"update\"");
        assertThat(gitLab(update)).isInstanceOf(Ignored.class);
        assertThat(((PullRequest) gitLab(update.replace(
                                "\"action\": \"update\"",
                                "\"action\": \"update\", \"oldrev\": \"95790bf891e76fee5e1747ab589903a6a1f80f22\"")))
                        .action())
                .isEqualTo(PullRequestAction.SYNCHRONIZE);
        assertThat(((PullRequest) gitLab(update.replace(
                                "\"changes\": {",
                                "\"changes\": {\"draft\": {\"previous\": true, \"current\": false}, ")))
                        .action())
                .isEqualTo(PullRequestAction.READY_FOR_REVIEW);
        assertThat(gitLab(update.replace(
                        "\"changes\": {", "\"changes\": {\"draft\": {\"previous\": false, \"current\": true}, ")))
                .isInstanceOf(Ignored.class);
        for (var action : List.of("merge", "close", "reopen")) {
            assertThat(gitLab(update.replace("\"action\": \"update\"", "\"action\": \"" + action + "\"")))
                    .isInstanceOf(PullRequest.class);
        }
    }

    @Test
    void bitbucketPushMovesSeveralRefs() {
        var events = Hook.of(Forge.BITBUCKET, "repo:push", Hook.payload("bitbucket-push"))
                .delivery()
                .events();
        String commit = "709d658dc5b6d6afcd46049c2f332ee3f515a67d";
        String author = "Emma <emma@example.org>";
        assertThat(events)
                .containsExactly(
                        new Push(
                                TEAM,
                                RefKind.BRANCH,
                                "main",
                                commit,
                                "1e65c05c1d5171631d92438a13901ca7dae9618c",
                                "new commit message",
                                author),
                        new Ignored("the ref was deleted"),
                        new Push(TEAM, RefKind.TAG, "v2", commit, null, "new commit message", author));
    }

    @Test
    void oneBadRefOfBitbucketDoesNotSpoilTheOthers() {
        String json = Hook.payload("bitbucket-push").replace("\"name\": \"v2\"", "\"name\": \"--upload-pack=x\"");
        var events = Hook.of(Forge.BITBUCKET, "repo:push", json).delivery().events();
        assertThat(events.getFirst()).isInstanceOf(Push.class);
        assertThat(events.getLast()).isInstanceOf(Ignored.class);
    }

    @ParameterizedTest
    @CsvSource({"created, OPENED", "updated, SYNCHRONIZE", "fulfilled, MERGED", "rejected, CLOSED"})
    void bitbucketPullRequest(String event, PullRequestAction action) {
        assertThat(Hook.of(Forge.BITBUCKET, "pullrequest:" + event, Hook.payload("bitbucket-pull-request"))
                        .event())
                .isEqualTo(new PullRequest(
                        TEAM,
                        action,
                        3,
                        "Title of pull request",
                        "Emma",
                        new Head(
                                "d3022fc0ca3d",
                                "branch2",
                                "other_team/repo_name",
                                "https://bitbucket.org/other_team/repo_name.git"),
                        true,
                        "main",
                        "ce5965ddd289"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-rf", "--upload-pack=touch", "../../etc/passwd", "a..b", "a b", "a\\\\b", "x.lock", ".hidden", "a//b",
                        "a/", "a~1",
                "a^", "a:b", "a?", "a*", "a[", "@", "a@{1}", "a.", "a\\u0000", "a\\u202eb", "a\\nb"
            })
    void namesThatGitForbidsAreRefused(String name) {
        String push = Hook.payload("github-push").replace("refs/heads/main", "refs/heads/" + name);
        assertThat(Hook.of(Forge.GITHUB, "push", push).read()).isInstanceOf(Webhook.Malformed.class);
        String request =
                Hook.payload("github-pull-request").replace("\"ref\": \"changes\"", "\"ref\": \"" + name + "\"");
        assertThat(Hook.of(Forge.GITHUB, "pull_request", request).read()).isInstanceOf(Webhook.Malformed.class);
    }

    @Test
    void hostileCoordinatesAreRefused() {
        String json = Hook.payload("github-push");
        for (String bad : List.of(
                json.replace("6dcb09b5b57875f334f61aebed695e2e4193db5e", "HEAD"),
                json.replace("6dcb09b5b57875f334f61aebed695e2e4193db5e", "--exec=reboot"),
                json.replace("Codertocat/Hello-World\"", "../admin\""),
                json.replace("Codertocat/Hello-World\"", "-x/y\""),
                json.replace("Codertocat/Hello-World\"", "a/b?c=d\""),
                json.replace("https://github.com/Codertocat/Hello-World.git", "ext::sh -c reboot"),
                json.replace("https://github.com/Codertocat/Hello-World.git", "file:///etc"),
                json.replace("https://github.com/Codertocat/Hello-World.git", "--upload-pack=x"))) {
            assertThat(Hook.of(Forge.GITHUB, "push", bad).read())
                    .isInstanceOfSatisfying(
                            Webhook.Malformed.class,
                            malformed -> assertThat(malformed.reason()).contains("but should be"));
        }
    }

    @Test
    void textsAreBoundedAndClean() {
        String json = Hook.payload("github-push")
                .replace("Fix all the bugs", "x\\u0000\\u001b[31m" + "ü".repeat(20_000))
                .replace("Monalisa Octocat", "Mona\\nLisa\\ud800 " + "y".repeat(1000));
        Push push = (Push) gitHub("push", json);
        assertThat(push.message()).hasSize(10_000).startsWith("x  [31mü").doesNotContain("\u0000");
        assertThat(push.author()).hasSizeLessThanOrEqualTo(255).startsWith("Mona Lisa ");
    }

    @Test
    void eventsSurviveTheDatabase() {
        for (WebhookEvent event : List.of(
                gitHub("push", Hook.payload("github-push")),
                gitHub("pull_request", Hook.payload("github-pull-request")),
                gitHub("check_run", Hook.payload("github-check-run")),
                new WebhookEvent.Ping(),
                new Ignored("why not"))) {
            assertThat(Json.read(Json.write(event), WebhookEvent.class)).isEqualTo(event);
        }
    }
}
