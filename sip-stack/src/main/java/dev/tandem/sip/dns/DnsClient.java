package dev.tandem.sip.dns;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import dev.tandem.sip.time.Timers;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.Type;

/**
 * Asks DNS servers, one after another until one answers, and remembers what they said for as long
 * as they allow, failures for a moment too. Whoever asks what is being asked waits for the same
 * answer. Never blocks: dnsjava's one thread does the input and output, and answers come on it, or
 * on the timer thread. Thread-safe.
 */
final class DnsClient {
  private static final Logger log = LoggerFactory.getLogger(DnsClient.class);

  private static final int MAX_REMEMBERED = 10_000;
  private static final int MAX_OPEN = 500;
  private static final int MAX_ALIASES = 8;

  /** So that servers in trouble are not asked by every call. */
  private static final Duration FAILURE_VALID = Duration.ofSeconds(3);

  private record Question(Name name, int type) {
    @Override
    public String toString() {
      return name + " " + Type.string(type);
    }
  }

  /** An answer and when it came: the cache may look at it a little later. */
  private record Heard(Answer answer, long millis) {
    Duration validAt(long nowMillis) {
      Duration left = answer.validFor().minusMillis(nowMillis - millis);
      return left.isNegative() ? Duration.ZERO : left;
    }
  }

  private final List<SimpleResolver> servers;
  private final Duration timeout;
  private final Timers timers;
  private final AtomicInteger open = new AtomicInteger();
  private final AsyncCache<Question, Heard> answers;

  DnsClient(List<InetSocketAddress> servers, Duration timeout, Timers timers) {
    this.servers = servers.stream().map(address -> resolver(address, timeout)).toList();
    this.timeout = timeout;
    this.timers = timers;
    this.answers =
        Caffeine.newBuilder()
            .maximumSize(MAX_REMEMBERED)
            .ticker(() -> timers.millis() * 1_000_000)
            .executor(Runnable::run)
            .expireAfter(
                Expiry.<Question, Heard>creating((q, heard) -> heard.validAt(timers.millis())))
            .buildAsync();
  }

  /** Ours is the timeout that counts; dnsjava's own only gives its socket back, a little later. */
  private static SimpleResolver resolver(InetSocketAddress address, Duration timeout) {
    SimpleResolver resolver = new SimpleResolver(address);
    resolver.setTimeout(timeout.plusSeconds(1));
    return resolver;
  }

  /** Never fails: a failure is an answer too. */
  CompletableFuture<Answer> ask(Name name, int type) {
    Question question = new Question(name, type);
    CompletableFuture<Heard> earlier = remembered(question);
    if (earlier == null) {
      CompletableFuture<Heard> mine = new CompletableFuture<>();
      earlier = answers.asMap().putIfAbsent(question, mine);
      if (earlier == null) {
        begin(question, MAX_ALIASES, mine);
        return mine.thenApply(Heard::answer);
      }
    }
    return earlier.thenApply(Heard::answer);
  }

  /** The end of an alias. Waits for nobody else's question: two aliases can wait for each other. */
  private CompletableFuture<Answer> follow(Question question, int aliasesLeft) {
    CompletableFuture<Heard> earlier = remembered(question);
    if (earlier != null && earlier.isDone()) {
      return earlier.thenApply(Heard::answer);
    }
    CompletableFuture<Heard> mine = new CompletableFuture<>();
    begin(question, aliasesLeft, mine);
    return mine.thenApply(
        heard -> {
          answers.asMap().putIfAbsent(question, mine);
          return heard.answer();
        });
  }

  /**
   * The answer, or that it is under way; null for neither. The cache learns a moment after an
   * answer has come how long that is valid, so it may still have one that is not.
   */
  private @Nullable CompletableFuture<Heard> remembered(Question question) {
    CompletableFuture<Heard> earlier = answers.getIfPresent(question);
    if (earlier != null
        && earlier.isDone()
        && earlier.join().validAt(timers.millis()).isZero()
        && answers.asMap().remove(question, earlier)) {
      return null;
    }
    return earlier;
  }

  private void begin(Question question, int aliasesLeft, CompletableFuture<Heard> result) {
    if (open.incrementAndGet() > MAX_OPEN) {
      open.decrementAndGet();
      result.complete(heard(Answer.failed("too many DNS questions are open", FAILURE_VALID)));
    } else {
      new Asking(question, aliasesLeft, result).askServer(0);
    }
  }

  private Heard heard(Answer answer) {
    return new Heard(answer, timers.millis());
  }

  /** One question on its way from server to server. */
  private final class Asking {
    private final Question question;
    private final int aliasesLeft;
    private final CompletableFuture<Heard> result;
    private final Message query;

    Asking(Question question, int aliasesLeft, CompletableFuture<Heard> result) {
      this.question = question;
      this.aliasesLeft = aliasesLeft;
      this.result = result;
      this.query = Message.newQuery(Record.newRecord(question.name(), question.type(), DClass.IN));
    }

    void askServer(int index) {
      if (index >= servers.size()) {
        finish(Answer.failed("no DNS server is configured", FAILURE_VALID));
        return;
      }
      CompletableFuture<Message> response = new CompletableFuture<>();
      Timers.Timer patience =
          timers.schedule(timeout, () -> response.completeExceptionally(new TimeoutException()));
      SimpleResolver server = servers.get(index);
      try {
        server
            .sendAsync(query, Runnable::run)
            .whenComplete(
                (message, failure) -> {
                  if (failure == null) {
                    response.complete(message);
                  } else {
                    response.completeExceptionally(failure);
                  }
                });
      } catch (RuntimeException e) {
        response.completeExceptionally(e);
      }
      var unused =
          response.whenComplete(
              (message, failure) -> {
                patience.cancel();
                if (failure == null && !Responses.isRefusal(message)) {
                  take(message);
                } else {
                  failed(index, server, failure == null ? refusal(message) : silence(failure));
                }
              });
    }

    private String refusal(Message message) {
      return "said " + Rcode.string(message.getHeader().getRcode());
    }

    private String silence(Throwable failure) {
      return failure instanceof TimeoutException
          ? "did not answer in time"
          : "failed (" + failure.getMessage() + ")";
    }

    private void failed(int index, SimpleResolver server, String how) {
      InetSocketAddress address = server.getAddress();
      String what = "DNS server " + address.getAddress().getHostAddress() + ":" + address.getPort();
      log.debug("{} {} to {}", what, how, question);
      if (index + 1 < servers.size()) {
        askServer(index + 1);
      } else {
        finish(Answer.failed(what + " " + how + " to " + question, FAILURE_VALID));
      }
    }

    private void take(Message message) {
      Responses.Reading reading = Responses.read(message, question.name(), question.type());
      Answer answer = reading.answer();
      if (answer != null) {
        finish(answer);
      } else if (aliasesLeft == 0) {
        finish(Answer.failed("too many aliases from " + question, FAILURE_VALID));
      } else {
        var unused =
            follow(new Question(reading.alias(), question.type()), aliasesLeft - 1)
                .thenAccept(end -> finish(end.within(reading.validFor())));
      }
    }

    private void finish(Answer answer) {
      open.decrementAndGet();
      log.debug("{}: {} {}", question, answer.kind(), answer.records());
      result.complete(heard(answer));
    }
  }
}
