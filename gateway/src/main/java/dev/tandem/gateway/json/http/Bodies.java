package dev.tandem.gateway.json.http;

import dev.tandem.gateway.json.HttpAnswer;
import dev.tandem.sip.time.Timers;
import io.undertow.io.Receiver.RequestToLargeException;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.SameThreadExecutor;
import java.time.Duration;
import java.util.function.Consumer;
import org.xnio.IoUtils;

/** Reads the bodies of POSTs without waiting for them, and answers later. */
final class Bodies {
  /** From the request to the last byte of its body, and to our answer, which takes 2 s at most. */
  private static final Duration LONGEST = Duration.ofSeconds(10);

  private static final int MAX_BODY = 64 * 1024;

  /** So much more is read and forgotten, so that who sends it can read why it is refused. */
  private static final int MAX_READ = 1024 * 1024;

  private Bodies() {}

  /** Whoever is asked; the answer may come later, on any thread. */
  interface Asked {
    void ask(byte[] body, Consumer<HttpAnswer> answer);
  }

  static void read(HttpServerExchange exchange, Timers timers, Asked asked) {
    Timers.Timer deadline =
        timers.schedule(
            LONGEST,
            () ->
                exchange.getIoThread().execute(() -> IoUtils.safeClose(exchange.getConnection())));
    exchange.addExchangeCompleteListener(
        (done, next) -> {
          deadline.cancel();
          next.proceed();
        });
    exchange.setMaxEntitySize(MAX_READ);
    exchange.getRequestReceiver().setMaxBufferSize(MAX_BODY);
    exchange
        .getRequestReceiver()
        .receiveFullBytes(
            // What is answered later must not be ended when this returns.
            (received, body) ->
                received.dispatch(
                    SameThreadExecutor.INSTANCE,
                    () -> asked.ask(body, answer -> onItsThread(received, answer))),
            (failed, e) -> {
              boolean tooLarge = e instanceof RequestToLargeException;
              Answers.error(
                  failed,
                  tooLarge ? 413 : 400,
                  tooLarge ? "too_big" : "bad_json",
                  "the body cannot be read");
            });
  }

  private static void onItsThread(HttpServerExchange exchange, HttpAnswer answer) {
    if (Thread.currentThread() == exchange.getIoThread()) {
      Answers.send(exchange, answer);
    } else {
      exchange.getIoThread().execute(() -> Answers.send(exchange, answer));
    }
  }
}
