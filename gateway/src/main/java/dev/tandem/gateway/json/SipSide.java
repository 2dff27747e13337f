package dev.tandem.gateway.json;

import dev.tandem.gateway.bridge.Branches;
import dev.tandem.gateway.message.Messenger;
import dev.tandem.sip.message.Aor;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * What JSON clients need of the rest of the gateway.
 *
 * @param isElsewhere whether a PBX keeps this user, so that only SIP can prove who it is
 * @param cameOnline told when a user's device has registered
 */
public record SipSide(
    Branches branches, Messenger messenger, Predicate<Aor> isElsewhere, Consumer<Aor> cameOnline) {}
