package dev.trivet.harmont;

import dev.trivet.accounts.AccountException;
import dev.trivet.accounts.Invite;
import dev.trivet.accounts.Invites;
import dev.trivet.accounts.Memberships;
import dev.trivet.accounts.Organization;
import dev.trivet.accounts.Organizations;
import dev.trivet.accounts.Organizations.Membership;
import dev.trivet.accounts.Organizations.Position;
import dev.trivet.accounts.Role;
import dev.trivet.accounts.User;
import dev.trivet.http.Description;
import dev.trivet.http.HttpException;
import dev.trivet.http.Request;
import dev.trivet.http.Response;
import dev.trivet.http.Route;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Organizations, their members and invitations (spec section 2.5). */
final class OrganizationRoutes {
    private static final String SCOPE = "organizations";
    private static final String ORGANIZATION = "/api/v0/organizations/{org}";
    private static final int LONGEST = 4096;

    private final Lookup lookup;
    private final Organizations organizations;
    private final Memberships memberships;
    private final Invites invites;

    OrganizationRoutes(Lookup lookup, Organizations organizations, Memberships memberships, Invites invites) {
        this.lookup = Objects.requireNonNull(lookup, "lookup is null");
        this.organizations = Objects.requireNonNull(organizations, "organizations is null");
        this.memberships = Objects.requireNonNull(memberships, "memberships is null");
        this.invites = Objects.requireNonNull(invites, "invites is null");
    }

    List<Route> routes() {
        return List.of(
                Route.get("/api/v0/organizations", Lookup.reading(SCOPE), this::list)
                        .describedAs(described("List one's organizations", "listOrganizations")
                                .asking("limit", "cursor")
                                .answering(200, "OrganizationList")),
                Route.post("/api/v0/organizations", Lookup.writing(SCOPE), this::create)
                        .describedAs(described("Create an organization", "createOrganization")
                                .taking("CreateOrganizationRequest")
                                .answering(201, "Organization")
                                .failing(422)),
                Route.get(ORGANIZATION, Lookup.reading(SCOPE), this::show)
                        .describedAs(described("Show an organization", "getOrganization")
                                .answering(200, "Organization")
                                .failing(404)),
                Route.get(ORGANIZATION + "/members", Lookup.reading(SCOPE), this::members)
                        .describedAs(described("List the members", "listOrgMembers")
                                .answering(200, "OrgMemberList")
                                .failing(404)),
                Route.patch(ORGANIZATION + "/members/{user_id}", Lookup.writing(SCOPE), this::changeMember)
                        .describedAs(described("Give a member another role", "updateOrgMember")
                                .taking("UpdateMemberRoleRequest")
                                .answering(200, "OrgMember")
                                .failing(403, 404, 409, 422)),
                Route.delete(ORGANIZATION + "/members/{user_id}", Lookup.writing(SCOPE), this::removeMember)
                        .describedAs(described("Remove a member", "removeOrgMember")
                                .answering(204)
                                .failing(403, 404, 409)),
                Route.get(ORGANIZATION + "/invites", Lookup.reading(SCOPE), this::invites)
                        .describedAs(described("List pending invitations", "listInvites")
                                .answering(200, "InviteList")
                                .failing(403, 404)),
                Route.post(ORGANIZATION + "/invites", Lookup.writing(SCOPE), this::invite)
                        .describedAs(described("Invite somebody", "createInvite")
                                .taking("CreateInviteRequest")
                                .answering(201, "Invite")
                                .failing(403, 404, 422)),
                Route.delete(ORGANIZATION + "/invites/{id}", Lookup.writing(SCOPE), this::revokeInvite)
                        .describedAs(described("Take an invitation back", "revokeInvite")
                                .answering(204)
                                .failing(403, 404)),
                Route.post("/api/v0/invites/accept", Lookup.writing(SCOPE), this::accept)
                        .describedAs(described("Accept an invitation", "acceptInvite")
                                .taking("AcceptInviteRequest")
                                .answering(200, "Organization")
                                .failing(422)));
    }

    private static Description described(String summary, String id) {
        return Description.of(summary).named(id).in("organizations");
    }

    private Response list(Request request) {
        Page.Ask ask = Page.Ask.of(request.query());
        Position after = ask.after().map(OrganizationRoutes::position).orElse(null);
        List<Organization> rows = organizations.page(lookup.user(request), after, ask.rows());
        return Response.json(HarmontViews.page(
                Page.of(rows, ask, row -> new Cursor(row.created(), Long.toString(row.id()))),
                HarmontViews::organization));
    }

    private static @Nullable Position position(Cursor cursor) {
        return cursor.id().matches("[0-9]{1,18}") ? new Position(cursor.created(), Long.parseLong(cursor.id())) : null;
    }

    private Response create(Request request) throws IOException {
        User user = lookup.user(request);
        Members members = new Members(request.jsonObject(), ErrorCode.ORGANIZATION_INVALID);
        String name = members.requiredText("name", LONGEST);
        String url = members.text("url", LONGEST);
        Organization made = refusing(ErrorCode.ORGANIZATION_INVALID, () -> organizations.create(user, name, url));
        return Response.json(201, HarmontViews.organization(made));
    }

    private Response show(Request request) {
        return Response.json(HarmontViews.organization(lookup.organization(request)));
    }

    private Response members(Request request) {
        return Response.json(HarmontViews.list(
                memberships.members(lookup.organization(request).id()), HarmontViews::member));
    }

    private Response changeMember(Request request) throws IOException {
        Membership membership = lookup.membership(request);
        Role role = new Members(request.jsonObject(), ErrorCode.INVALID_ROLE)
                .lenientText("role")
                .flatMap(Role::named)
                .orElseThrow(() ->
                        HarmontErrors.of(ErrorCode.INVALID_ROLE, "role is invalid: expected owner, admin or member"));
        return Response.json(HarmontViews.member(refusing(
                ErrorCode.MEMBER_NOT_FOUND,
                () -> memberships.change(
                        membership.organization().id(), membership.role(), id(request, "user_id"), role))));
    }

    private Response removeMember(Request request) {
        Membership membership = lookup.membership(request);
        refusing(ErrorCode.MEMBER_NOT_FOUND, () -> {
            memberships.remove(membership.organization().id(), membership.role(), id(request, "user_id"));
            return true;
        });
        return Response.empty(204);
    }

    private Response invites(Request request) {
        Membership membership = lookup.membership(request);
        return Response.json(HarmontViews.list(
                refusing(
                        ErrorCode.INVITE_NOT_FOUND,
                        () -> invites.pending(membership.organization().id(), membership.role())),
                HarmontViews::invite));
    }

    private Response invite(Request request) throws IOException {
        Membership membership = lookup.membership(request);
        Members members = new Members(request.jsonObject(), ErrorCode.INVITE_INVALID);
        Role role = members.lenientText("role").flatMap(Role::named).orElse(Role.MEMBER);
        String email = members.lenientText("email").orElse("");
        Invite.New made = refusing(
                ErrorCode.INVITE_INVALID,
                () -> invites.create(membership.organization().id(), membership.role(), email, role));
        Map<String, @Nullable Object> json = new LinkedHashMap<>(HarmontViews.invite(made.invite()));
        json.put("token", made.token());
        return Response.json(201, json);
    }

    private Response revokeInvite(Request request) {
        Membership membership = lookup.membership(request);
        refusing(ErrorCode.INVITE_NOT_FOUND, () -> {
            invites.revoke(membership.organization().id(), membership.role(), id(request, "id"));
            return true;
        });
        return Response.empty(204);
    }

    private Response accept(Request request) throws IOException {
        String token = new Members(request.jsonObject(), ErrorCode.INVITE_UNACCEPTABLE)
                .lenientText("token")
                .orElse("");
        User user = lookup.user(request);
        return Response.json(
                HarmontViews.organization(refusing(ErrorCode.INVITE_UNACCEPTABLE, () -> invites.accept(user, token))));
    }

    private static @Nullable UUID id(Request request, String parameter) {
        return Ids.parse(request.parameter(parameter)).orElse(null);
    }

    /** Does it; what accounts refuse is told with the code of its reason, or else with the usual one. */
    private static <T> T refusing(ErrorCode usual, Supplier<T> action) {
        try {
            return action.get();
        } catch (AccountException refused) {
            throw refusal(usual, refused);
        }
    }

    private static HttpException refusal(ErrorCode usual, AccountException refused) {
        ErrorCode code = switch (refused.reason()) {
            case INSUFFICIENT_ROLE -> ErrorCode.INSUFFICIENT_ORG_ROLE;
            case LAST_OWNER -> ErrorCode.LAST_OWNER;
            case BAD_INPUT, TAKEN, NOT_FOUND, LAST_ADMINISTRATOR, UNACCEPTABLE, IN_USE -> usual;
        };
        return HarmontErrors.of(code, String.valueOf(refused.getMessage()));
    }
}
