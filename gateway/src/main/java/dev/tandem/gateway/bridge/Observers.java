package dev.tandem.gateway.bridge;

import dev.tandem.gateway.call.CallEnd;
import dev.tandem.gateway.call.CallState;
import dev.tandem.gateway.call.LegId;
import java.time.Duration;
import java.util.List;

/** Several observers as one, told in order. */
public record Observers(List<CallObserver> all) implements CallObserver {
  public Observers {
    all = List.copyOf(all);
  }

  @Override
  public void began(CallInfo call, int branches) {
    all.forEach(observer -> observer.began(call, branches));
  }

  @Override
  public void ringing(CallInfo call, Duration sinceBegan) {
    all.forEach(observer -> observer.ringing(call, sinceBegan));
  }

  @Override
  public void answered(CallInfo call, Duration sinceBegan) {
    all.forEach(observer -> observer.answered(call, sinceBegan));
  }

  @Override
  public void moved(CallInfo call, CallState from, CallState to) {
    all.forEach(observer -> observer.moved(call, from, to));
  }

  @Override
  public void detached(CallInfo call, LegId leg, String why) {
    all.forEach(observer -> observer.detached(call, leg, why));
  }

  @Override
  public void returned(CallInfo call, LegId leg) {
    all.forEach(observer -> observer.returned(call, leg));
  }

  @Override
  public void gone(CallInfo call, LegId leg) {
    all.forEach(observer -> observer.gone(call, leg));
  }

  @Override
  public void sounded(CallInfo call, LegId leg, String summary) {
    all.forEach(observer -> observer.sounded(call, leg, summary));
  }

  @Override
  public void ended(CallInfo call, CallEnd end, Duration talked) {
    all.forEach(observer -> observer.ended(call, end, talked));
  }
}
