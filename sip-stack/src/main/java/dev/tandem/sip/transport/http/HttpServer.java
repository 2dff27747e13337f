package dev.tandem.sip.transport.http;

import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import io.undertow.server.DefaultByteBufferPool;
import io.undertow.server.HttpHandler;
import io.undertow.server.handlers.AllowedMethodsHandler;
import io.undertow.util.Methods;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xnio.OptionMap;
import org.xnio.Options;
import org.xnio.Sequence;
import org.xnio.XnioIoThread;
import org.xnio.XnioWorker;

/**
 * Undertow with the limits of a server that faces the Internet, on any number of addresses. One
 * root handler serves them all; it runs on the I/O threads and must not block (it may {@code
 * dispatch}).
 *
 * <p>HTTP/1.1 only: a WebSocket needs nothing else, and HTTP/2 would cost memory per connection.
 */
public final class HttpServer implements AutoCloseable {
  private static final int BUFFER_BYTES = 16 * 1024;

  /** Handshakes that wait for a core; more are refused, so that a storm of them cannot pile up. */
  private static final int MAX_WAITING_TLS_TASKS = 20_000;

  private static final int STOP_MILLIS = 3000;

  /**
   * One address to listen on.
   *
   * @param address port 0 takes any free port
   * @param tls null for plain HTTP
   */
  public record Listener(InetSocketAddress address, @Nullable ServerTls tls) {
    public static Listener plain(String host, int port) {
      return new Listener(new InetSocketAddress(host, port), null);
    }

    public static Listener tls(String host, int port, ServerTls tls) {
      return new Listener(new InetSocketAddress(host, port), tls);
    }
  }

  private static final Logger log = LoggerFactory.getLogger(HttpServer.class);

  private final Undertow undertow;
  private final ThreadPoolExecutor tlsTasks;
  private final AtomicBoolean closed = new AtomicBoolean();

  private HttpServer(Undertow undertow, ThreadPoolExecutor tlsTasks) {
    this.undertow = undertow;
    this.tlsTasks = tlsTasks;
  }

  /**
   * Listens, and serves from now on.
   *
   * @throws HttpServerException when an address cannot be listened on; nothing is left open then
   */
  public static HttpServer start(List<Listener> listeners, HttpLimits limits, HttpHandler root) {
    ThreadPoolExecutor tlsTasks = tlsTasks(limits.ioThreads());
    Undertow.Builder builder =
        Undertow.builder()
            .setIoThreads(limits.ioThreads())
            .setWorkerThreads(Math.max(4, 2 * limits.ioThreads()))
            .setWorkerOption(Options.WORKER_NAME, "tandem-http")
            .setByteBufferPool(new DefaultByteBufferPool(true, BUFFER_BYTES, 256, 4))
            .setSslEngineDelegatedTaskExecutor(tlsTasks)
            .setHandler(allowingOnlyUsualMethods(root));
    setLimits(builder, limits);
    for (Listener listener : listeners) {
      builder.addListener(undertowListener(listener));
    }
    Undertow undertow = builder.build();
    try {
      undertow.start();
    } catch (RuntimeException e) {
      undertow.stop();
      tlsTasks.shutdownNow();
      throw new HttpServerException(
          "cannot listen on " + listeners.stream().map(Listener::address).toList(), e);
    }
    return new HttpServer(undertow, tlsTasks);
  }

  private static HttpHandler allowingOnlyUsualMethods(HttpHandler root) {
    return new AllowedMethodsHandler(
        root,
        Methods.GET,
        Methods.HEAD,
        Methods.POST,
        Methods.PUT,
        Methods.PATCH,
        Methods.DELETE,
        Methods.OPTIONS);
  }

  private static void setLimits(Undertow.Builder builder, HttpLimits limits) {
    // Undertow takes the one time until the first byte of a request, then the other until its last.
    int half = (int) (limits.requestTimeout().toMillis() / 2);
    builder
        .setServerOption(UndertowOptions.NO_REQUEST_TIMEOUT, half)
        .setServerOption(UndertowOptions.REQUEST_PARSE_TIMEOUT, half)
        .setServerOption(UndertowOptions.MAX_HEADER_SIZE, limits.maxHeaderBytes())
        .setServerOption(UndertowOptions.MAX_HEADERS, limits.maxHeaders())
        .setServerOption(UndertowOptions.MAX_COOKIES, limits.maxHeaders())
        .setServerOption(UndertowOptions.MAX_PARAMETERS, limits.maxHeaders())
        .setServerOption(UndertowOptions.MAX_ENTITY_SIZE, limits.maxBodyBytes())
        .setServerOption(UndertowOptions.ENABLE_HTTP2, false)
        // Kept for each connection, upgraded ones too, and of use only to a second request.
        .setServerOption(UndertowOptions.HTTP_HEADERS_CACHE_SIZE, 0)
        .setServerOption(UndertowOptions.BUFFER_PIPELINED_DATA, false)
        .setServerOption(UndertowOptions.SHUTDOWN_TIMEOUT, STOP_MILLIS)
        .setSocketOption(Options.TCP_NODELAY, true)
        .setSocketOption(Options.REUSE_ADDRESSES, true)
        .setSocketOption(Options.BACKLOG, 4096)
        .setSocketOption(Options.SEND_BUFFER, limits.sendBufferBytes())
        .setSocketOption(Options.CONNECTION_HIGH_WATER, limits.maxConnections())
        .setSocketOption(Options.CONNECTION_LOW_WATER, limits.maxConnections() - 1);
  }

  private static Undertow.ListenerBuilder undertowListener(Listener listener) {
    Undertow.ListenerBuilder builder =
        new Undertow.ListenerBuilder()
            .setHost(listener.address().getHostString())
            .setPort(listener.address().getPort());
    ServerTls tls = listener.tls();
    if (tls == null) {
      return builder.setType(Undertow.ListenerType.HTTP);
    }
    return builder
        .setType(Undertow.ListenerType.HTTPS)
        .setSslContext(tls.context())
        .setOverrideSocketOptions(
            OptionMap.create(Options.SSL_ENABLED_PROTOCOLS, Sequence.of(ServerTls.PROTOCOLS)));
  }

  /** The costly steps of TLS handshakes, apart from the I/O threads, where calls would wait. */
  private static ThreadPoolExecutor tlsTasks(int threads) {
    AtomicInteger number = new AtomicInteger();
    ThreadPoolExecutor executor =
        new ThreadPoolExecutor(
            threads,
            threads,
            10,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(MAX_WAITING_TLS_TASKS),
            task -> {
              Thread thread = new Thread(task, "tandem-tls-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    executor.allowCoreThreadTimeOut(true);
    return executor;
  }

  /** Where it listens, in the order of the listeners, with the ports that were taken for 0. */
  public List<InetSocketAddress> addresses() {
    return undertow.getListenerInfo().stream()
        .map(info -> (InetSocketAddress) info.getAddress())
        .toList();
  }

  /** The threads that read and write. */
  public List<IoThread> ioThreads() {
    XnioWorker worker = undertow.getWorker();
    List<IoThread> threads = new ArrayList<>();
    for (int i = 0; i < worker.getIoThreadCount(); i++) {
      threads.add(new Io(worker.getIoThread(i)));
    }
    return threads;
  }

  private record Io(XnioIoThread thread) implements IoThread {
    @Override
    public void execute(Runnable task) {
      thread.execute(task);
    }

    @Override
    public void executeAfter(Runnable task, long millis) {
      thread.executeAfter(task, millis, TimeUnit.MILLISECONDS);
    }
  }

  /**
   * Stops listening, closes every connection, and waits for the threads, a few seconds at most.
   * Idempotent. What should end with a word to the peer is to be ended before: see {@code
   * WebSocketEndpoint.close}.
   */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    undertow.getListenerInfo().forEach(Undertow.ListenerInfo::suspend);
    // XNIO logs an error for what is accepted while it closes. One round lets the accepting thread
    // finish, another what it handed to the others.
    awaitIoThreads();
    awaitIoThreads();
    undertow.stop();
    tlsTasks.shutdownNow();
  }

  private void awaitIoThreads() {
    XnioWorker worker = undertow.getWorker();
    CountDownLatch passed = new CountDownLatch(worker.getIoThreadCount());
    for (int i = 0; i < worker.getIoThreadCount(); i++) {
      worker.getIoThread(i).execute(passed::countDown);
    }
    try {
      if (!passed.await(1, TimeUnit.SECONDS)) {
        log.warn("an I/O thread is blocked; stopping all the same");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
