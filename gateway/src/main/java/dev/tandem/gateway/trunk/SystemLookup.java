package dev.tandem.gateway.trunk;

import dev.tandem.gateway.config.PeerAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Asks the system for A and AAAA records, on a thread of its own because that blocks. */
public final class SystemLookup implements AddressLookup {
  private static final int MAX_WAITING = 1000;

  private final ThreadPoolExecutor executor =
      new ThreadPoolExecutor(
          1,
          1,
          30,
          TimeUnit.SECONDS,
          new LinkedBlockingQueue<>(MAX_WAITING),
          task -> {
            Thread thread = new Thread(task, "tandem-lookup");
            thread.setDaemon(true);
            return thread;
          });

  public SystemLookup() {
    executor.allowCoreThreadTimeOut(true);
  }

  @Override
  public CompletableFuture<List<InetSocketAddress>> find(PeerAddress peer) {
    if (isLiteral(peer.host())) {
      return CompletableFuture.completedFuture(resolve(peer));
    }
    try {
      return CompletableFuture.supplyAsync(() -> resolve(peer), executor);
    } catch (RejectedExecutionException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private static List<InetSocketAddress> resolve(PeerAddress peer) {
    try {
      return Arrays.stream(InetAddress.getAllByName(peer.host()))
          .map(address -> new InetSocketAddress(address, peer.portOrDefault()))
          .toList();
    } catch (UnknownHostException e) {
      throw new CompletionException("the name " + peer.host() + " is not found", e);
    }
  }

  private static boolean isLiteral(String host) {
    return host.startsWith("[") || host.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9'));
  }

  @Override
  public void close() {
    executor.shutdownNow();
  }
}
