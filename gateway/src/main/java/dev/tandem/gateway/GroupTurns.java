package dev.tandem.gateway;

import dev.tandem.gateway.routing.Turns;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** Counts the calls of each group of trunks. Thread-safe; as many counters as there are groups. */
final class GroupTurns implements Turns {
  private final ConcurrentHashMap<String, AtomicLong> turns = new ConcurrentHashMap<>();

  @Override
  public long take(String group) {
    return of(group).getAndIncrement();
  }

  @Override
  public long peek(String group) {
    return of(group).get();
  }

  private AtomicLong of(String group) {
    return turns.computeIfAbsent(group, name -> new AtomicLong());
  }
}
