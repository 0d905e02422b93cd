package dev.trivet.harmont;

import java.util.Locale;
import java.util.Optional;

/**
 * What can go wrong, as clients tell it apart (spec section 2.12): the code with its HTTP status and type, and what to do about it, which
 * the page behind {@code doc_url} tells.
 */
enum ErrorCode {
    UNAUTHORIZED(401, "unauthorized", "Send the header 'Authorization: Bearer TOKEN' with a token that counts."),
    FORBIDDEN(403, "forbidden", "The token does not allow this; make one that does."),
    NOT_FOUND(404, "not_found", "There is no such address; /api/v0/openapi.json lists those that exist."),
    METHOD_NOT_ALLOWED(405, "invalid_request", "The Allow header names the methods that this address takes."),
    INVALID_REQUEST(400, "invalid_request", "The message names what could not be read."),
    CONFLICT(409, "conflict", "The state of the thing does not allow it now."),
    PAYLOAD_TOO_LARGE(413, "invalid_request", "Send less: source archives leave out what can be made again."),
    UNSUPPORTED_MEDIA_TYPE(415, "invalid_request", "Bodies are application/json."),
    UNPROCESSABLE(422, "validation_failed", "The message names the member that does not fit."),
    STORAGE_FULL(507, "server_error", "The server's disk is full; its operator has to make room."),
    UNAVAILABLE(503, "service_unavailable", "Try again in a few seconds."),
    SERVER_ERROR(500, "server_error", "A mistake of the server; its log has it under the request id."),

    ORGANIZATION_NOT_FOUND(404, "not_found", "GET /api/v0/organizations lists those that you are a member of."),
    PIPELINE_NOT_FOUND(404, "not_found", "GET /api/v0/organizations/ORG/pipelines lists those that exist."),
    BUILD_NOT_FOUND(404, "not_found", "Builds are numbered from 1 in each pipeline."),
    JOB_NOT_FOUND(404, "not_found", "GET the build's jobs for their ids."),
    ARTIFACT_NOT_FOUND(404, "not_found", "GET the job's artifacts for their ids."),
    SOURCE_NOT_FOUND(404, "not_found", "The build has no source archive, or no more."),
    MEMBER_NOT_FOUND(404, "not_found", "GET the organization's members for their ids."),
    INVITE_NOT_FOUND(404, "not_found", "The invitation was accepted, is over or was taken back."),
    GITHUB_INSTALLATION_NOT_FOUND(404, "not_found", "GET the organization's installations for their ids."),
    BITBUCKET_WORKSPACE_NOT_FOUND(404, "not_found", "GET the organization's workspaces for their slugs."),
    API_TOKEN_NOT_FOUND(404, "not_found", "GET /api/v0/user/api-tokens lists yours."),

    BUILD_INVALID(422, "validation_failed", "The message names the member of the request that is wrong."),
    BUILD_PLAN_REJECTED(422, "validation_failed", "The message says what is wrong with the pipeline."),
    PIPELINE_SLUG_TAKEN(
            422, "validation_failed", "Choose another name: its slug is taken, perhaps by an archived one."),
    PIPELINE_INVALID(422, "validation_failed", "name, repository and default_branch are needed."),
    GITHUB_INSTALLATION_ID_INVALID(
            422, "validation_failed", "GitHub names the number when the App has been installed."),
    ORGANIZATION_INVALID(422, "unprocessable_entity", "An organization needs a name with letters or digits."),
    INVITE_INVALID(422, "unprocessable_entity", "An invitation needs an e-mail address that has none yet."),
    INVITE_UNACCEPTABLE(422, "unprocessable_entity", "Ask for a new invitation to your own address."),
    INVALID_ROLE(422, "unprocessable_entity", "Roles are owner, admin and member."),
    USER_NAME_INVALID(422, "invalid_request", "A name has 1 to 255 characters."),
    CLI_CODE_INVALID(400, "invalid_request", "Codes work once and for a short time; ask for a new one."),
    PIPELINE_MANUAL_DISABLED(403, "forbidden", "This pipeline is started by its triggers only."),
    BITBUCKET_INVALID_STATE(403, "forbidden", "Begin again with GET …/bitbucket/oauth-url."),
    INSUFFICIENT_ORG_ROLE(403, "forbidden", "Ask an owner of the organization."),
    GITHUB_INSTALLATION_BOUND_ELSEWHERE(409, "conflict", "The other organization has to disconnect it first."),
    BITBUCKET_INSTALLATION_BOUND_ELSEWHERE(409, "conflict", "The other organization has to disconnect it first."),
    OAUTH_PROVIDER_ERROR(502, "oauth_provider_error", "Sign in again; the message has what the provider said."),
    BITBUCKET_CONNECT_FAILED(502, "bad_gateway", "Begin again; the message has what Bitbucket said."),
    SIGNUP_CAP_REACHED(503, "service_unavailable", "Ask somebody here for an invitation."),
    GITHUB_NOT_CONFIGURED(503, "service_unavailable", "The server's operator sets up a GitHub App."),
    GITHUB_SYNC_FAILED(503, "service_unavailable", "Try again later; the message has what GitHub said."),
    BITBUCKET_NOT_CONFIGURED(503, "service_unavailable", "The server's operator makes it a client of Bitbucket."),
    LAST_OWNER(409, "conflict", "Make another member an owner first."),
    LAST_ADMINISTRATOR(409, "conflict", "Make another user an administrator first.");

    private final int status;
    private final String type;
    private final String advice;

    ErrorCode(int status, String type, String advice) {
        this.status = status;
        this.type = type;
        this.advice = advice;
    }

    int status() {
        return status;
    }

    String type() {
        return type;
    }

    String advice() {
        return advice;
    }

    /** The code in JSON: lower case with underscores. */
    String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The last part of the address of its page: with hyphens, but for one that is known by its underscores. */
    String slug() {
        return this == CLI_CODE_INVALID ? wireName() : wireName().replace('_', '-');
    }

    /** The code of that page, written either way. */
    static Optional<ErrorCode> ofSlug(String slug) {
        String wanted = slug.replace('-', '_');
        for (ErrorCode code : values()) {
            if (code.wireName().equals(wanted)) {
                return Optional.of(code);
            }
        }
        return Optional.empty();
    }
}
