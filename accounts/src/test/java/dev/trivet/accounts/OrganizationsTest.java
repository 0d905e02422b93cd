package dev.trivet.accounts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trivet.accounts.AccountException.Reason;
import dev.trivet.store.TestDatabase;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Organizations, their members and invitations, and sessions that are handed over. */
class OrganizationsTest {
    @RegisterExtension
    static final TestDatabase DATABASE = TestDatabase.with(AccountStore.MIGRATIONS);

    private final SettableClock clock = new SettableClock();
    private Accounts accounts;
    private Organizations organizations;
    private Memberships memberships;
    private Invites invites;
    private User alice;
    private User bob;

    @BeforeEach
    void empty() {
        DATABASE.database()
                .jdbi()
                .useHandle(handle -> handle.execute("TRUNCATE accounts.users, accounts.organizations CASCADE"));
        accounts = new Accounts(DATABASE.database(), clock);
        organizations = new Organizations(DATABASE.database(), clock);
        memberships = new Memberships(DATABASE.database());
        invites = new Invites(DATABASE.database(), clock);
        alice = accounts.createUser("alice", "Alice.B@Example.org", true);
        bob = accounts.createUser("bob", "bob@example.org", false);
    }

    @Test
    void everybodyHasOneOrganizationOfTheirOwn() {
        assertThat(organizations.find("alice-b-example-org", alice)).isPresent();
        assertThat(organizations.requirePersonal(alice).slug()).isEqualTo("alice-b-example-org");
        assertThat(organizations.page(alice, null, 10)).hasSize(1);
        assertThat(organizations.find("alice-b-example-org", bob)).isEmpty();
        User other = accounts.createUser("alice2", "alice-b@example.org", false);
        assertThat(organizations.requirePersonal(other).slug()).isEqualTo("alice-b-example-org-2");
    }

    @Test
    void anOrganizationIsThereForItsMembersOnly() {
        Organization acme = organizations.create(alice, " Acme, Inc. ", "https://acme.example");
        assertThat(acme).extracting(Organization::name, Organization::slug).containsExactly("Acme, Inc.", "acme-inc");
        assertThat(organizations.create(bob, "ACME inc", null).slug()).isEqualTo("acme-inc-2");
        assertThat(organizations.find("acme-inc", alice).orElseThrow().role()).isEqualTo(Role.OWNER);
        assertThat(organizations.find("acme-inc", bob)).isEmpty();
        refused(Reason.BAD_INPUT, () -> organizations.create(alice, "  ", null));
        refused(Reason.BAD_INPUT, () -> organizations.create(alice, "!!!", null));
    }

    @Test
    void pagesGoOnWhereTheyEnded() {
        for (int number = 0; number < 5; number++) {
            organizations.create(alice, "org " + number, null);
        }
        List<Organization> first = organizations.page(alice, null, 3);
        Organization last = first.getLast();
        List<Organization> second =
                organizations.page(alice, new Organizations.Position(last.created(), last.id()), 10);
        assertThat(second).hasSize(3).doesNotContainAnyElementsOf(first);
    }

    @Test
    void rolesAreChangedByThoseWhoMay() {
        long acme = organizations.create(alice, "acme", null).id();
        join(acme, bob, Role.MEMBER);
        UUID bobs = bob.uid();
        UUID alices = alice.uid();
        refused(Reason.INSUFFICIENT_ROLE, () -> memberships.change(acme, Role.MEMBER, bobs, Role.ADMIN));
        refused(Reason.NOT_FOUND, () -> memberships.change(acme, Role.ADMIN, UUID.randomUUID(), Role.ADMIN));
        refused(Reason.INSUFFICIENT_ROLE, () -> memberships.change(acme, Role.ADMIN, alices, Role.MEMBER));
        refused(Reason.INSUFFICIENT_ROLE, () -> memberships.change(acme, Role.ADMIN, bobs, Role.OWNER));
        refused(Reason.LAST_OWNER, () -> memberships.change(acme, Role.OWNER, alices, Role.MEMBER));
        refused(Reason.LAST_OWNER, () -> memberships.remove(acme, Role.OWNER, alices));
        assertThat(memberships.change(acme, Role.OWNER, bobs, Role.OWNER).role())
                .isEqualTo(Role.OWNER);
        memberships.remove(acme, Role.OWNER, alices);
        assertThat(memberships.members(acme)).extracting(Member::email).containsExactly("bob@example.org");
    }

    @Test
    void anInvitationIsForOneAddressAndOnce() {
        long acme = organizations.create(alice, "acme", null).id();
        Invite.New invite = invites.create(acme, Role.OWNER, "BOB@example.org", Role.ADMIN);
        assertThat(invite.toString()).doesNotContain(invite.token());
        refused(Reason.TAKEN, () -> invites.create(acme, Role.ADMIN, "bob@EXAMPLE.org", Role.MEMBER));
        refused(Reason.INSUFFICIENT_ROLE, () -> invites.create(acme, Role.MEMBER, "eve@example.org", Role.MEMBER));
        refused(Reason.BAD_INPUT, () -> invites.create(acme, Role.OWNER, "no address", Role.MEMBER));
        refused(Reason.UNACCEPTABLE, () -> invites.accept(alice, invite.token()));
        assertThat(invites.accept(bob, invite.token()).id()).isEqualTo(acme);
        assertThat(organizations.find("acme", bob).orElseThrow().role()).isEqualTo(Role.ADMIN);
        refused(Reason.UNACCEPTABLE, () -> invites.accept(bob, invite.token()));
        assertThat(invites.pending(acme, Role.OWNER)).isEmpty();
    }

    @Test
    void anInvitationOfAMemberStaysUnaccepted() {
        long acme = organizations.create(alice, "acme", null).id();
        join(acme, bob, Role.MEMBER);
        Invite.New invite = invites.create(acme, Role.OWNER, "bob@example.org", Role.ADMIN);
        refused(Reason.UNACCEPTABLE, () -> invites.accept(bob, invite.token()));
        assertThat(invites.pending(acme, Role.OWNER)).hasSize(1);
    }

    @Test
    void anInvitationEndsAfterAWeekOrWhenItIsTakenBack() {
        long acme = organizations.create(alice, "acme", null).id();
        Invite.New old = invites.create(acme, Role.OWNER, "bob@example.org", Role.MEMBER);
        clock.advance(Invites.LIFETIME);
        refused(Reason.UNACCEPTABLE, () -> invites.accept(bob, old.token()));
        Invite.New again = invites.create(acme, Role.OWNER, "bob@example.org", Role.MEMBER);
        refused(Reason.NOT_FOUND, () -> invites.revoke(acme, Role.OWNER, UUID.randomUUID()));
        invites.revoke(acme, Role.OWNER, again.invite().id());
        refused(Reason.UNACCEPTABLE, () -> invites.accept(bob, again.token()));
    }

    @Test
    void aSessionIsHandedOverOnce() {
        var handOffs = new HandOffs(DATABASE.database(), accounts, clock);
        Principal principal = principal();
        handOffs.park(principal, "a-nonce");
        String token = handOffs.redeem("a-nonce").orElseThrow();
        assertThat(token).matches("[0-9A-Za-z]{43}");
        assertThat(accounts.authenticate(token))
                .isInstanceOfSatisfying(
                        Authentication.Authenticated.class,
                        found -> assertThat(found.principal().grants()).hasToString("harmont/*:write"));
        assertThat(handOffs.redeem("a-nonce")).isEmpty();
        assertThat(accounts.tokens("alice"))
                .filteredOn(known -> known.kind() == TokenKind.SESSION)
                .hasSize(1);
    }

    @Test
    void aCodeIsGoodUpToItsLastInstantAndGoneAfterAnyTry() {
        var handOffs = new HandOffs(DATABASE.database(), accounts, clock);
        String code = handOffs.code(principal());
        assertThat(code).matches("[0-9A-HJKMNP-TV-Z]{16}");
        clock.advance(HandOffs.CODE_LIFETIME);
        assertThat(handOffs.redeem(code)).isPresent();
        handOffs.park(principal(), "nonce");
        clock.advance(HandOffs.NONCE_LIFETIME.plus(Duration.ofMillis(1)));
        assertThat(handOffs.redeem("nonce")).isEmpty();
        assertThat(handOffs.redeem("")).isEmpty();
    }

    @Test
    void aUserIsRenamed() {
        assertThat(accounts.rename("bob", "  Bob B.  ").displayName()).isEqualTo("Bob B.");
        refused(Reason.BAD_INPUT, () -> accounts.rename("bob", " "));
        refused(Reason.BAD_INPUT, () -> accounts.rename("bob", "x".repeat(256)));
    }

    private Principal principal() {
        String text = accounts.createToken("alice", "web", Grants.parse("harmont/*:write"), null, "hm_")
                .text();
        assertThat(text).startsWith("hm_");
        return ((Authentication.Authenticated) accounts.authenticate(text)).principal();
    }

    private void join(long organization, User user, Role role) {
        String token =
                invites.create(organization, Role.OWNER, user.email(), role).token();
        invites.accept(user, token);
    }

    private static void refused(Reason reason, ThrowingCallable action) {
        assertThatThrownBy(action)
                .isInstanceOfSatisfying(
                        AccountException.class, e -> assertThat(e.reason()).isEqualTo(reason));
    }
}
