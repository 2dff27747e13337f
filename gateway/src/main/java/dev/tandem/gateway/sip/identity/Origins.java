package dev.tandem.gateway.sip.identity;

import dev.tandem.gateway.config.user.UserConfig;
import dev.tandem.gateway.config.user.Users;
import dev.tandem.gateway.registrar.Gruus;
import dev.tandem.gateway.routing.DialRights;
import dev.tandem.gateway.routing.RouteRequest;
import dev.tandem.gateway.sip.header.Addresses;
import dev.tandem.gateway.trunk.Trunk;
import dev.tandem.gateway.trunk.Trunks;
import dev.tandem.sip.message.Aor;
import dev.tandem.sip.ua.ServerExchange;
import java.time.Instant;
import java.util.function.Supplier;
import javax.sip.address.Address;
import javax.sip.address.URI;
import org.jspecify.annotations.Nullable;

/** Finds out where requests outside a dialog come from, and what follows from that. */
public final class Origins {

  /**
   * A trunk, known by its address, or else a user who has proved to be that one.
   *
   * @param rights whom the user may call
   * @param proved whether the user has proved it to us
   */
  public record Origin(
      @Nullable Trunk trunk, @Nullable Aor user, DialRights rights, boolean proved) {
    public boolean isTrunk() {
      return trunk != null;
    }
  }

  private final Identity identity;
  private final Trunks trunks;
  private final Users users;
  private final Gruus gruus;
  private final Supplier<Instant> now;
  private final LetIn letIn;

  public Origins(
      Identity identity,
      Trunks trunks,
      Users users,
      Gruus gruus,
      LetIn letIn,
      Supplier<Instant> now) {
    this.now = now;
    this.letIn = letIn;
    this.gruus = gruus;
    this.identity = identity;
    this.trunks = trunks;
    this.users = users;
  }

  /** Null when the request has been challenged or refused here. */
  public @Nullable Origin of(ServerExchange request, Identity.Role role) {
    Origin trunk = ofTrunk(request);
    if (trunk != null) {
      return trunk;
    }
    Aor claimed = identity.aor(request.request().getFrom().getAddress().getURI(), request.flow());
    if (claimed != null && letIn.isElsewhere(claimed)) {
      if (letIn.isLetIn(claimed, request.flow())) {
        return new Origin(null, claimed, DialRights.ALL, false);
      }
      request.respond(403, "Register First");
      return null;
    }
    Identity.Sender sender = identity.proveSender(request, role);
    return sender == null ? null : new Origin(null, sender.aor(), sender.rights(), sender.proved());
  }

  /** Null when no trunk sends it; nobody is asked then. */
  public @Nullable Origin ofTrunk(ServerExchange request) {
    Trunk trunk = trunks.of(request.flow(), claims(request));
    return trunk == null ? null : new Origin(trunk, null, DialRights.ALL, false);
  }

  private static Trunks.Claims claims(ServerExchange request) {
    return new Trunks.Claims(
        Addresses.user(request.request().getRequestURI()),
        Addresses.host(request.request().getFrom().getAddress().getURI()));
  }

  /** Of a request that is no call. */
  public RouteRequest routeRequest(ServerExchange request, Origin origin) {
    return routeRequest(request, origin, from(request, origin), RouteRequest.Kind.MESSAGE);
  }

  /**
   * A trunk may call us by any name; others by our names, or the address that they came to.
   *
   * @param from as whom the sender asks
   */
  public RouteRequest routeRequest(
      ServerExchange request, Origin origin, Address from, RouteRequest.Kind kind) {
    URI asked = asked(request, origin);
    String host = Addresses.host(asked);
    boolean meansUs = origin.isTrunk() || identity.isOurs(host, request.flow());
    return dialled(request, asked, meansUs, origin, from, kind);
  }

  /**
   * Whom the sender means. A trunk that we register with asks for the Contact that we registered;
   * the number that was dialled is in To then, where that is another.
   */
  private static URI asked(ServerExchange request, Origin origin) {
    URI asked = request.request().getRequestURI();
    Trunk trunk = origin.trunk();
    String registered = trunk == null ? null : trunk.config().peer().registeredUser();
    if (registered == null || !registered.equals(Addresses.user(asked))) {
      return asked;
    }
    URI to = request.request().getTo().getAddress().getURI();
    return Addresses.user(to).isEmpty() ? asked : to;
  }

  /** The same for a URI that somebody else names, in the caller's place. */
  public RouteRequest dialled(
      ServerExchange request,
      URI asked,
      boolean meansUs,
      Origin origin,
      Address from,
      RouteRequest.Kind kind) {
    String user = Addresses.user(asked);
    String instance = Addresses.instance(asked);
    Gruus.Named device = instance == null ? null : gruus.temporary(user);
    return new RouteRequest(
        device == null ? user : device.user(),
        meansUs ? "" : Addresses.host(asked),
        Sources.of(request, origin, from),
        device == null ? instance : device.instance(),
        Sources.headers(request),
        now.get(),
        kind);
  }

  /**
   * A user's own address in its canonical form, with the configured name when the client gives
   * none; what a trunk says goes on as it is.
   */
  public Address from(ServerExchange request, Origin origin) {
    Address sent = request.request().getFrom().getAddress();
    Aor user = origin.user();
    if (user == null) {
      return sent;
    }
    String name = Addresses.name(sent);
    if (name == null) {
      name = users.find(user.user()).map(UserConfig::displayName).orElse(null);
    }
    return Addresses.named(name, Addresses.uri(user.uri()));
  }
}
