package dev.tandem.gateway.json;

import dev.tandem.gateway.routing.DialRights;
import dev.tandem.sip.message.Aor;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Who a client has proved to be.
 *
 * @param name the display name; null for none
 * @param expiresAt from then on it is not proved any more; null for never
 * @param rooms which rooms it may enter
 * @param headers which headers it may set, in lower case
 * @param guest somebody who has proved nothing, and may call users only
 */
record Login(
    Aor aor,
    @Nullable String name,
    DialRights rights,
    @Nullable Instant expiresAt,
    boolean guest,
    DialRights rooms,
    DialRights headers) {}
