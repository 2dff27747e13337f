package dev.tandem.gateway.event;

/**
 * State that somebody has published.
 *
 * @param entityTag names it, until it is refreshed or modified (RFC 3903 §6)
 * @param byTrunk whether a trunk has published it, rather than the user
 */
public record Publication(String entityTag, Document document, boolean byTrunk) {}
