package dev.tandem.gateway;

import picocli.CommandLine.Command;

/** {@code tandem route}: everything about where calls go. */
@Command(
    name = "route",
    header = "Where calls go, without a call",
    subcommands = RouteExplainCommand.class)
final class RouteCommand {}
