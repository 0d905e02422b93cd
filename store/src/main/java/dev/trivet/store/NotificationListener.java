package dev.trivet.store;

/**
 * Hears what {@link Notifications} hears. Both methods are called on the hub's one thread, so they must be quick: wake somebody, do not work. What
 * they throw is logged and otherwise ignored.
 */
public interface NotificationListener {

    /** A NOTIFY on the channel that was committed; the payload is empty when it had none. */
    void onNotification(String payload);

    /**
     * Anything may have been notified unheard: the subscription has just become active, or the connection was lost and is back. Look at the
     * tables.
     */
    void onGap();
}
