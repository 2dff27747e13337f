package dev.tandem.gateway.sip.leg;

import dev.tandem.gateway.registrar.Binding;
import dev.tandem.gateway.registrar.ContactSpec;
import dev.tandem.gateway.registrar.Registrar;
import dev.tandem.gateway.registrar.RegistrarEvent;
import dev.tandem.gateway.registrar.RegistrarEvent.Added;
import dev.tandem.gateway.registrar.RegistrarEvent.Refreshed;
import dev.tandem.gateway.sip.identity.Identity;
import dev.tandem.gateway.sip.target.Device;
import dev.tandem.sip.message.Aor;
import dev.tandem.sip.transport.Flow;
import dev.tandem.sip.transport.FlowEnd;
import dev.tandem.sip.transport.FlowId;
import dev.tandem.sip.ua.InviteDialog;
import dev.tandem.sip.ua.ServerExchange;
import dev.tandem.sip.ua.UserAgent;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Brings calls to the connection on which their device comes back. A leg whose WebSocket died is
 * <em>detached</em>: it waits here for a REGISTER of its device, and for no one else's.
 * Thread-safe.
 *
 * <p>A device can register on its next connection just before the end of the last is known to a
 * leg: the registrar has the new binding before we look for waiting legs, and a leg waits here
 * before it looks for a binding. So at least one of the two sees the other.
 */
public final class Devices {
  private final Identity identity;
  private final Registrar registrar;
  private final UserAgent agent;
  private final Duration window;
  private final Map<Aor, Set<SipLeg>> detached = new ConcurrentHashMap<>();
  private final AtomicInteger count = new AtomicInteger();

  /** Legs wait for {@code window}; zero turns it all off. */
  public Devices(Identity identity, Registrar registrar, UserAgent agent, Duration window) {
    this.identity = identity;
    this.registrar = registrar;
    this.agent = agent;
    this.window = window;
  }

  /** The device that calls; null when it could not come back. */
  public @Nullable Device calling(@Nullable Aor owner, ServerExchange invite) {
    Flow flow = invite.flow();
    return owner == null || !flow.transport().isWebSocket()
        ? null
        : Device.calling(owner, invite.request(), on(flow.id(), owner));
  }

  private List<Binding> on(FlowId flow, Aor owner) {
    return registrar.bindings(owner).stream()
        .filter(binding -> binding.flow().equals(flow))
        .toList();
  }

  /** How many legs wait. */
  public int detached() {
    return count.get();
  }

  // What the legs tell, each on its call's executor.

  /**
   * A leg has lost its connection.
   *
   * @return how long it is to wait; zero when nobody will come
   */
  Duration detach(SipLeg leg, Device device, FlowEnd end) {
    if (window.isZero() || isForGood(end)) {
      return Duration.ZERO;
    }
    detached.compute(
        device.owner(),
        (owner, known) -> {
          Set<SipLeg> legs = known == null ? ConcurrentHashMap.newKeySet(2) : known;
          if (legs.add(leg)) {
            count.incrementAndGet();
          }
          return legs;
        });
    for (Binding binding : registrar.bindings(device.owner())) {
      Flow flow = agent.stack().flow(binding.flow());
      if (flow != null && flow.isOpen() && device.isAt(binding.contact())) {
        leg.comesBack(flow, binding.contact());
        break;
      }
    }
    return window;
  }

  private static boolean isForGood(FlowEnd end) {
    return end.cause() == FlowEnd.Cause.PEER_LEFT || end.cause() == FlowEnd.Cause.SHUTDOWN;
  }

  /** A leg waits no more. Idempotent. */
  void attach(SipLeg leg, Device device) {
    detached.computeIfPresent(
        device.owner(),
        (owner, legs) -> {
          if (legs.remove(leg)) {
            count.decrementAndGet();
          }
          return legs.isEmpty() ? null : legs;
        });
  }

  // What the devices do.

  /** A user's device has registered on this flow, with these changes of its bindings. */
  public void registered(Aor user, Flow flow, List<RegistrarEvent> changes) {
    if (!flow.transport().isWebSocket() || window.isZero()) {
      return;
    }
    for (RegistrarEvent change : changes) {
      if (change instanceof Refreshed refreshed && refreshed.isMoved()) {
        leaves(refreshed.before(), user, flow, refreshed.binding().contact());
      }
      if (change instanceof Added || change instanceof Refreshed) {
        ContactSpec contact = change.binding().contact();
        for (SipLeg leg : detached.getOrDefault(user, Set.of())) {
          Device device = leg.device();
          if (device != null && device.isAt(contact)) {
            leg.comesBack(flow, contact);
          }
        }
      }
    }
  }

  /**
   * The usual case of a mobile: its old connection is dead, but nobody has noticed. Only a page
   * that is still the same has left it for sure; two pages may share an instance.
   */
  private void leaves(Binding before, Aor user, Flow flow, ContactSpec contact) {
    Flow old = agent.stack().flow(before.flow());
    if (old == null
        || !old.transport().isWebSocket()
        || !contact.uri().equals(before.contact().uri())) {
      return;
    }
    for (InviteDialog dialog : agent.dialogsOn(old.id())) {
      if (dialog.listener() instanceof SipLeg leg) {
        Device device = leg.device();
        if (device != null && device.owner().equals(user)) {
          leg.comesBack(flow, contact);
        }
      }
    }
    old.close(FlowEnd.of(FlowEnd.Cause.REPLACED, "the device has another connection"));
  }

  /**
   * A request inside a call that comes on another connection than the call is on: it must be the
   * device's user who sends it.
   *
   * @return false when it was answered here
   */
  public boolean moves(InviteDialog dialog, ServerExchange request) {
    Device device = dialog.listener() instanceof SipLeg leg ? leg.device() : null;
    Flow flow = request.flow();
    if (device == null || !flow.transport().isWebSocket() || window.isZero()) {
      request.respond(481, "Call/Transaction Does Not Exist");
      return false;
    }
    if (on(flow.id(), device.owner()).isEmpty()
        && !identity.proves(request, Identity.Role.PROXY, device.owner())) {
      return false; // challenged or refused
    }
    dialog.moveTo(flow);
    return true;
  }
}
