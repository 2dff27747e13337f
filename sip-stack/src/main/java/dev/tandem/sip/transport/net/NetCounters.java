package dev.tandem.sip.transport.net;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

/** How often each {@link NetEvent} happened at one transport since it was made. Thread-safe. */
public final class NetCounters {
  private final Map<NetEvent, LongAdder> adders = new EnumMap<>(NetEvent.class);

  NetCounters() {
    for (NetEvent event : NetEvent.values()) {
      adders.put(event, new LongAdder());
    }
  }

  void add(NetEvent event) {
    adder(event).increment();
  }

  public long get(NetEvent event) {
    return adder(event).sum();
  }

  private LongAdder adder(NetEvent event) {
    return Objects.requireNonNull(adders.get(event));
  }
}
