package dev.tandem.gateway.config;

/** Dialled numbers that go to a trunk. The first route that matches is taken. */
public record RouteConfig(NumberPattern number, String trunk) {}
