package dev.tandem.sip.transport;

/**
 * What a peer is told of where we are, instead of an address that only this machine knows: behind
 * NAT, the public one.
 *
 * @param host a name or an address; IPv6 in brackets
 */
public record Advertised(String host, int port) {}
