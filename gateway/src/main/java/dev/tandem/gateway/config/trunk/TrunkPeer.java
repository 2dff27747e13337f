package dev.tandem.gateway.config.trunk;

import dev.tandem.gateway.config.value.AddressRange;
import dev.tandem.gateway.config.value.Durations;
import dev.tandem.gateway.config.value.PeerAddress;
import dev.tandem.gateway.sdp.MediaPolicy;
import dev.tandem.gateway.sdp.PeerMedia;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How we speak with a trunk, and how it is known.
 *
 * @param domain of Request-URI and To; null for the host of its address
 * @param outboundProxy where requests are sent instead of its address; null for none
 * @param auth null when we do not answer challenges
 * @param from what From says in calls to it
 * @param contactUser the user of the Contact that we register; null for that of the registration
 * @param sources what it sends from; empty for what its address resolves to
 * @param register null when we do not register with it
 * @param largeRequests what is done with requests that are too large for UDP
 * @param nextServerAfter how long a server of it may be silent to an INVITE when there is another;
 *     null for as with all
 * @param session which media and codecs calls to it and from it may have
 * @param media what its media are made of, and what a relay does for it
 * @param tls null for the JDK's authorities and no certificate of ours
 */
public record TrunkPeer(
    @Nullable String domain,
    @Nullable PeerAddress outboundProxy,
    @Nullable TrunkAuth auth,
    TrunkFrom from,
    @Nullable String contactUser,
    List<AddressRange> sources,
    @Nullable TrunkRegister register,
    TrunkHealth health,
    LargeRequests largeRequests,
    @Nullable Duration nextServerAfter,
    MediaPolicy session,
    PeerMedia media,
    @Nullable TrunkTls tls) {

  /** What is done with a request that is too large for UDP (RFC 3261 §18.1.1). */
  public enum LargeRequests {
    TCP,
    UDP,
    REFUSE
  }

  /** One that is known by its address alone. */
  public static final TrunkPeer PLAIN =
      new TrunkPeer(
          null,
          null,
          null,
          TrunkFrom.CALLER,
          null,
          List.of(),
          null,
          TrunkHealth.UNWATCHED,
          LargeRequests.TCP,
          null,
          MediaPolicy.ALL,
          PeerMedia.AS_IT_IS,
          null);

  public TrunkPeer {
    sources = List.copyOf(sources);
    if (nextServerAfter != null) {
      Durations.requireBetween(
          "trunks[].nextServerAfter",
          nextServerAfter,
          Duration.ofMillis(100),
          Duration.ofSeconds(32));
    }
  }

  /** The user of the Contact that we register, by which calls to it are known; null if none. */
  public @Nullable String registeredUser() {
    return register == null || contactUser != null ? contactUser : register.user();
  }
}
