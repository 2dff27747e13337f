package dev.tandem.gateway.registrar;

import dev.tandem.gateway.config.RegistrarConfig;
import dev.tandem.gateway.registrar.RegisterResult.IntervalTooBrief;
import dev.tandem.gateway.registrar.RegisterResult.Rejected;
import dev.tandem.gateway.registrar.RegistrarEvent.Added;
import dev.tandem.gateway.registrar.RegistrarEvent.Cause;
import dev.tandem.gateway.registrar.RegistrarEvent.Refreshed;
import dev.tandem.gateway.registrar.RegistrarEvent.Removed;
import dev.tandem.sip.message.Aor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Applies one REGISTER to the bindings of its AOR, all of it or nothing (RFC 3261 §10.3 steps 6 and
 * 7). A pure function; bindings go in and come out in the order in which they are to be tried: by
 * q, then the most recent first.
 */
final class BindingUpdate {
  private static final int BAD_REQUEST = 400;
  private static final int FORBIDDEN = 403;
  private static final int OUT_OF_ORDER = 500;

  private static final Comparator<Binding> ORDER =
      Comparator.comparingInt((Binding binding) -> binding.contact().q())
          .thenComparingLong(Binding::change)
          .reversed();

  private final RegistrarConfig config;
  private final RegisterRequest request;
  private final long now;
  private final long change;

  /** What the update came to: the bindings from now on, and the refusal if there is one. */
  record Outcome(
      List<Binding> bindings, List<RegistrarEvent> events, @Nullable RegisterResult refusal) {}

  BindingUpdate(RegistrarConfig config, RegisterRequest request, long now, long change) {
    this.config = config;
    this.request = request;
    this.now = now;
    this.change = change;
  }

  /** What can be said without the AOR's bindings; null when nothing is wrong so far. */
  @Nullable RegisterResult refusal() {
    if (request.contacts() instanceof Contacts.Malformed malformed) {
      return new Rejected(BAD_REQUEST, "Bad Contact: " + malformed.reason());
    }
    if (request.contacts() instanceof Contacts.Listed listed) {
      long min = config.minExpires().toSeconds();
      for (ContactSpec contact : listed.contacts()) {
        long wanted = expires(contact);
        if (wanted > 0 && wanted < min) {
          return new IntervalTooBrief(min);
        }
      }
      return null;
    }
    return request.expires() == 0 ? null : new Rejected(BAD_REQUEST, "Contact: * needs Expires: 0");
  }

  Outcome apply(List<Binding> before) {
    List<RegistrarEvent> events = new ArrayList<>(2);
    List<Binding> live = withoutExpired(request.aor(), before, now, events);
    int expired = events.size();
    List<Binding> after = new ArrayList<>(live);
    boolean inOrder =
        request.contacts() instanceof Contacts.Listed listed
            ? applyEach(listed.contacts(), live, after, events)
            : removeAll(after, events);
    if (!inOrder) {
      return refused(live, events, expired, OUT_OF_ORDER, "CSeq is not higher than before");
    }
    int max = config.maxBindingsPerAor();
    if (after.size() > max && after.size() > live.size()) {
      return refused(
          live, events, expired, FORBIDDEN, "At most " + max + " devices can be registered");
    }
    if (after.size() > 1) {
      after.sort(ORDER);
    }
    return new Outcome(List.copyOf(after), events, null);
  }

  private static Outcome refused(
      List<Binding> live, List<RegistrarEvent> events, int expired, int status, String reason) {
    return new Outcome(live, List.copyOf(events.subList(0, expired)), new Rejected(status, reason));
  }

  /** The bindings that are still good; the others become events. */
  static List<Binding> withoutExpired(
      Aor aor, List<Binding> bindings, long now, List<RegistrarEvent> events) {
    List<Binding> live = Binding.live(bindings, now);
    if (live.size() < bindings.size()) {
      bindings.stream()
          .filter(binding -> !binding.isLive(now))
          .forEach(binding -> events.add(new Removed(aor, binding, Cause.EXPIRED)));
    }
    return live;
  }

  private boolean removeAll(List<Binding> after, List<RegistrarEvent> events) {
    for (Binding binding : after) {
      if (isOutOfOrder(binding)) {
        return false;
      }
      events.add(new Removed(request.aor(), binding, Cause.UNREGISTERED));
    }
    after.clear();
    return true;
  }

  private boolean applyEach(
      List<ContactSpec> contacts,
      List<Binding> live,
      List<Binding> after,
      List<RegistrarEvent> events) {
    for (ContactSpec contact : contacts) {
      for (Binding binding : live) {
        if (contact.isSameBindingAs(binding.contact()) && isOutOfOrder(binding)) {
          return false;
        }
      }
      applyOne(contact, after, events);
    }
    return true;
  }

  private void applyOne(ContactSpec contact, List<Binding> after, List<RegistrarEvent> events) {
    Binding replaced = null;
    long seconds = Math.min(expires(contact), config.maxExpires().toSeconds());
    for (int i = after.size() - 1; i >= 0; i--) {
      Binding binding = after.get(i);
      if (contact.isSameBindingAs(binding.contact())) {
        after.remove(i);
        if (seconds == 0) {
          events.add(new Removed(request.aor(), binding, Cause.UNREGISTERED));
        } else if (replaced == null) {
          replaced = binding;
        } else {
          events.add(new Removed(request.aor(), binding, Cause.REPLACED));
        }
      }
    }
    if (seconds == 0) {
      return;
    }
    Binding binding = binding(contact, replaced, seconds);
    after.add(binding);
    events.add(
        replaced == null
            ? new Added(request.aor(), binding)
            : new Refreshed(request.aor(), replaced, binding));
  }

  private Binding binding(ContactSpec contact, @Nullable Binding replaced, long seconds) {
    // What has not changed since the last time is old already; keep that and drop the young copy.
    boolean sameContact = replaced != null && replaced.contact().equals(contact);
    boolean sameCall = replaced != null && isSameCall(replaced);
    return new Binding(
        replaced != null && sameContact ? replaced.contact() : contact,
        replaced != null && sameCall ? replaced.callId() : request.callId(),
        request.cseq(),
        request.flow(),
        request.path(),
        now + 1000 * seconds,
        request.mayDial(),
        change);
  }

  /** The bindings with those of this request before the others. */
  List<Binding> ownFirst(List<Binding> bindings) {
    if (bindings.size() < 2) {
      return bindings;
    }
    List<Binding> sorted = new ArrayList<>(bindings);
    sorted.sort(Comparator.comparing((Binding binding) -> binding.change() != change));
    return List.copyOf(sorted);
  }

  private boolean isOutOfOrder(Binding binding) {
    return request.cseq() <= binding.cseq() && isSameCall(binding);
  }

  private boolean isSameCall(Binding binding) {
    return request.callId().equals(binding.callId());
  }

  /** Contact parameter before Expires header before default (RFC 3261 §10.3 step 7). */
  private long expires(ContactSpec contact) {
    if (contact.expires() != ContactSpec.NO_EXPIRES) {
      return contact.expires();
    }
    return request.expires() != ContactSpec.NO_EXPIRES
        ? request.expires()
        : config.defaultExpires().toSeconds();
  }
}
