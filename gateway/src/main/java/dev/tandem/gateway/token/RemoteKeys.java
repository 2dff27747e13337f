package dev.tandem.gateway.token;

import dev.tandem.sip.time.Timers;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.lang.JoseException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps {@link TokenKeys} in step with a JSON Web Key Set on a web server (RFC 7517): fetched at
 * start, every ten minutes, and soon after a token came whose key is not known, at most twice a
 * minute. When it cannot be fetched the old keys stay. Has one thread, which ends with {@link
 * #close}.
 */
public final class RemoteKeys implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(RemoteKeys.class);
  private static final Duration PERIOD = Duration.ofMinutes(10);
  private static final Duration AT_MOST_EVERY = Duration.ofSeconds(30);
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int MAX_BYTES = 256 * 1024;

  private final URI uri;
  private final List<JsonWebKey> own;
  private final TokenKeys keys;
  private final Timers timers;
  private final ExecutorService thread;
  private final HttpClient http;
  private final Timers.Timer timer;
  private final AtomicLong notBefore = new AtomicLong(Long.MIN_VALUE);
  private final AtomicBoolean failing = new AtomicBoolean();

  /**
   * Starts fetching.
   *
   * @param own keys from the configuration, which count beside those fetched
   */
  public RemoteKeys(URI uri, List<JsonWebKey> own, TokenKeys keys, Timers timers) {
    this.uri = uri;
    this.own = List.copyOf(own);
    this.keys = keys;
    this.timers = timers;
    this.thread =
        Executors.newSingleThreadExecutor(
            task -> {
              Thread made = new Thread(task, "tandem-jwks");
              made.setDaemon(true);
              return made;
            });
    this.http =
        HttpClient.newBuilder()
            .connectTimeout(PATIENCE)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
    this.timer = timers.repeat(PERIOD, this::fetch);
    keys.whenUnknown(this::fetchIfDue);
    fetchIfDue();
  }

  private void fetchIfDue() {
    long now = timers.millis();
    long due = notBefore.get();
    if (now >= due && notBefore.compareAndSet(due, now + AT_MOST_EVERY.toMillis())) {
      fetch();
    }
  }

  private void fetch() {
    try {
      thread.execute(this::fetchNow);
    } catch (RejectedExecutionException e) {
      // Closed meanwhile.
    }
  }

  private void fetchNow() {
    HttpRequest request =
        HttpRequest.newBuilder(uri).timeout(PATIENCE).header("Accept", "application/json").build();
    try {
      HttpResponse<InputStream> response =
          http.send(request, HttpResponse.BodyHandlers.ofInputStream());
      try (InputStream body = response.body()) {
        byte[] bytes = body.readNBytes(MAX_BYTES + 1);
        if (response.statusCode() != 200 || bytes.length > MAX_BYTES) {
          failed("status " + response.statusCode() + ", " + bytes.length + " bytes");
        } else {
          take(KeySets.read(new String(bytes, StandardCharsets.UTF_8)));
        }
      }
    } catch (IOException | JoseException e) {
      failed(String.valueOf(e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void take(List<JsonWebKey> fetched) {
    List<JsonWebKey> all = new ArrayList<>(own);
    all.addAll(fetched);
    keys.replace(all);
    if (failing.getAndSet(false)) {
      log.info("fetched {} token keys from {} again", fetched.size(), uri);
    } else {
      log.debug("fetched {} token keys from {}", fetched.size(), uri);
    }
  }

  private void failed(String why) {
    if (!failing.getAndSet(true)) {
      log.warn("cannot fetch token keys from {}, the old ones stay: {}", uri, why);
    }
  }

  @Override
  public void close() {
    timer.cancel();
    thread.shutdownNow();
  }
}
