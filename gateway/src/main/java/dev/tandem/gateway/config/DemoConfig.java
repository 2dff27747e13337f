package dev.tandem.gateway.config;

/** The softphone page at {@code /}. */
public record DemoConfig(boolean enabled) {}
