package dev.tandem.gateway;

import picocli.CommandLine.Command;

/** {@code tandem trunk}: everything about one PBX or carrier. */
@Command(
    name = "trunk",
    header = "Looks at the PBXs and carriers that are configured",
    subcommands = TrunkTestCommand.class)
final class TrunkCommand {}
