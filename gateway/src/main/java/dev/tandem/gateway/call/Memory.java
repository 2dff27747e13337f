package dev.tandem.gateway.call;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that a call remembers between two events. Only values: it can be written down and read back.
 *
 * @param offered the first INVITE had a body, or its PRACK brought the answer; else the caller's
 *     ACK brings it
 * @param legs by leg number, the caller's first
 * @param untried the branches whose turn has not come
 * @param ringing number of the branch whose ringing the caller hears; 0 before the first
 * @param early the early dialogs of caller and callee, before the answer
 * @param best the best of the refusals so far, while there may be need of it
 * @param answered number of the branch that answered; 0 before
 * @param calleeFeatures those of the branch that answered
 * @param replacing the leg that was offered for another's place, until the call is quiet
 * @param lastExchange the last number given to a request of ours
 * @param timers those that run, as bits; {@link Turn} knows which is which
 * @param dice state of the pseudo-random sequence
 * @param end set as soon as it is decided that the call ends
 */
record Memory(
    CallSettings settings,
    boolean offered,
    PeerFeatures callerFeatures,
    CallState state,
    List<LegState> legs,
    Untried untried,
    int ringing,
    Early early,
    CallEvent.@Nullable CalleeRefused best,
    int answered,
    PeerFeatures calleeFeatures,
    List<Exchange> exchanges,
    CallEvent.@Nullable ReplacementOffered replacing,
    int lastExchange,
    int timers,
    long dice,
    @Nullable CallEnd end) {}
