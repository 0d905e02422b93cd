package dev.trivet.circus;

/** What is written down in the audit log (spec section 2.2), by the names that the log has. */
public enum AuditAction {
    BUILDER_CREATE,
    BUILDER_UPDATE,
    BUILDER_DELETE,
    CONFIG_UPDATE,
    PROJECT_DELETE,
    API_KEY_CREATE,
    API_KEY_DELETE,
    USER_CREATE,
    USER_UPDATE,
    USER_DELETE,
    USER_PASSWORD_CHANGE,
    NOTIFICATION_TASK_RETRY,
    BUILD_UNPIN,
    CHANNEL_CREATE,
    CHANNEL_DELETE,
    CHANNEL_PROMOTE,
    CHANNEL_ROLLBACK,
    LOGIN_SUCCESS,
    LOGIN_FAILURE
}
