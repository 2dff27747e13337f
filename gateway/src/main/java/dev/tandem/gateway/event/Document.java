package dev.tandem.gateway.event;

/**
 * State in writing, as a NOTIFY or PUBLISH carries it.
 *
 * @param bytes not a copy: nobody writes to them
 */
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
public record Document(String contentType, byte[] bytes) {}
