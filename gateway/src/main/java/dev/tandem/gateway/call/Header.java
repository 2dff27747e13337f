package dev.tandem.gateway.call;

/** A header that crosses the call unchanged; the adapters' allow-lists decide which ones do. */
public record Header(String name, String value) {}
