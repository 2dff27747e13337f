package dev.tandem.gateway.event;

import java.time.Duration;

/**
 * The bounds of subscriptions.
 *
 * @param pace the least time between two notifications of a change to one subscriber
 * @param comeBack how long a subscription waits for a device that has lost its connection
 * @param maxPerUser subscriptions of one watcher
 * @param maxTotal of all
 */
public record SubscriptionSettings(
    Duration pace, Duration comeBack, int maxPerUser, int maxTotal) {}
