package dev.tandem.gateway.sip;

import dev.tandem.gateway.config.HuntingConfig;
import dev.tandem.gateway.config.MessagesConfig;
import dev.tandem.gateway.config.RegistrarConfig;
import dev.tandem.sip.stack.MessageLimits;
import dev.tandem.sip.ua.SessionTimerSettings;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How the gateway behaves as a SIP element.
 *
 * @param product for Server and User-Agent
 * @param limitsOfMessages held before a parser sees a message
 * @param anyUser whether a token may name a user who is not configured
 * @param tellsCauses whether who is refused is told the cause
 * @param detachWindow how long a leg waits for its device when its WebSocket died
 * @param sessionTimer null when sessions never expire
 * @param probe how often a peer without session timers is asked whether it is still in its call;
 *     null for never
 * @param longestTransfer how long one can take
 * @param peersTransfer whether phones and PBXs that take REFER carry transfers out themselves
 */
public record SipSettings(
    String product,
    MessageLimits limitsOfMessages,
    boolean anyUser,
    boolean tellsCauses,
    RegistrarConfig registration,
    HuntingConfig hunting,
    MessagesConfig messages,
    Duration detachWindow,
    @Nullable SessionTimerSettings sessionTimer,
    @Nullable Duration probe,
    Duration longestTransfer,
    boolean peersTransfer) {}
