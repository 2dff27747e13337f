package dev.tandem.gateway.sip;

import dev.tandem.gateway.bridge.Calls;
import dev.tandem.gateway.bridge.OtherDevices;
import dev.tandem.gateway.config.user.Users;
import dev.tandem.gateway.event.EventServer;
import dev.tandem.gateway.limit.Busy;
import dev.tandem.gateway.limit.Limits;
import dev.tandem.gateway.message.MessageStore;
import dev.tandem.gateway.registrar.Registrar;
import dev.tandem.gateway.routing.Domain;
import dev.tandem.gateway.routing.Router;
import dev.tandem.gateway.sip.identity.Refusals;
import dev.tandem.gateway.sip.target.TrunkHops;
import dev.tandem.gateway.token.TokenVerifier;
import dev.tandem.gateway.trunk.Trunks;
import dev.tandem.sip.auth.DigestAuthenticator;
import dev.tandem.sip.auth.DigestOutcome;
import dev.tandem.sip.stack.StackListener;
import dev.tandem.sip.time.Timers;
import dev.tandem.sip.transport.Flow;
import dev.tandem.sip.transport.net.SocketTransport;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What the SIP element works with; its owner is whoever makes it.
 *
 * @param busy whether new calls are put off
 * @param authenticator null when nobody is asked who they are
 * @param tokens null when none are taken
 * @param messageStore null when messages for those who are offline are not kept
 * @param transports by which a peer can open a connection to us
 * @param trunkHops the ways to trunks, and to all peers that did not connect to us
 * @param challenges hears why each request was challenged
 * @param others devices of users that speak something else
 */
public record SipParts(
    Domain domain,
    Users users,
    @Nullable DigestAuthenticator authenticator,
    @Nullable TokenVerifier tokens,
    Registrar registrar,
    Router router,
    Limits limits,
    Busy busy,
    Calls calls,
    OtherDevices others,
    @Nullable MessageStore messageStore,
    EventServer events,
    Trunks trunks,
    TrunkHops trunkHops,
    List<SocketTransport> transports,
    Timers timers,
    StackListener stackListener,
    BiConsumer<DigestOutcome.Reason, Flow> challenges,
    Refusals refusals) {}
