package dev.tandem.gateway.bridge;

import java.time.Instant;

/**
 * What is known of a call before anybody has answered; for logs, metrics and the admin pages.
 *
 * @param key our own name for it
 * @param callId the caller's Call-ID, to find it in the caller's log
 * @param from the caller's address of record, or what a trunk says
 * @param to whom the caller asked for
 * @param via where it goes: "user", or "trunk" and its name
 */
public record CallInfo(
    String key, String callId, String from, String to, String via, Instant began) {}
