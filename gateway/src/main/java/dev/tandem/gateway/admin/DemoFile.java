package dev.tandem.gateway.admin;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.ETag;
import io.undertow.util.ETagUtils;
import io.undertow.util.HeaderMap;
import io.undertow.util.Headers;
import io.undertow.util.StatusCodes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/** One file in memory, with its headers. */
final class DemoFile {
  /** Names that the bundler makes from the content: they never change what they mean. */
  private static final Pattern HASHED = Pattern.compile(".*-[A-Z0-9]{8}\\.[a-z0-9]+");

  private static final Map<String, String> TYPES =
      Map.ofEntries(
          Map.entry("html", "text/html; charset=utf-8"),
          Map.entry("js", "text/javascript; charset=utf-8"),
          Map.entry("css", "text/css; charset=utf-8"),
          Map.entry("txt", "text/plain; charset=utf-8"),
          Map.entry("json", "application/json"),
          Map.entry("webmanifest", "application/manifest+json"),
          Map.entry("svg", "image/svg+xml"),
          Map.entry("png", "image/png"),
          Map.entry("ico", "image/x-icon"),
          Map.entry("woff2", "font/woff2"),
          Map.entry("wav", "audio/wav"),
          Map.entry("mp3", "audio/mpeg"),
          Map.entry("ogg", "audio/ogg"));

  private final String type;
  private final String hash;
  private final boolean fixed;
  private final byte[] plain;

  /** Null when that is not shorter. */
  private final byte @Nullable [] zipped;

  private DemoFile(
      String type, String hash, boolean fixed, byte[] plain, byte @Nullable [] zipped) {
    this.type = type;
    this.hash = hash;
    this.fixed = fixed;
    this.plain = plain;
    this.zipped = zipped;
  }

  static DemoFile of(String name, byte[] content) throws IOException {
    String extension = name.substring(name.lastIndexOf('.') + 1);
    byte[] zipped = zip(content);
    return new DemoFile(
        TYPES.getOrDefault(extension, "application/octet-stream"),
        hash(content),
        HASHED.matcher(name).matches(),
        content,
        zipped.length < content.length * 9 / 10 ? zipped : null);
  }

  void serve(HttpServerExchange exchange) {
    HeaderMap headers = exchange.getResponseHeaders();
    boolean zip = zipped != null && acceptsGzip(exchange);
    ETag tag = new ETag(false, zip ? hash + "-gz" : hash);
    headers.put(Headers.ETAG, tag.toString());
    headers.put(Headers.VARY, "Accept-Encoding");
    headers.put(Headers.CACHE_CONTROL, fixed ? "public, max-age=31536000, immutable" : "no-cache");
    if (!ETagUtils.handleIfNoneMatch(exchange, tag, true)) {
      exchange.setStatusCode(StatusCodes.NOT_MODIFIED);
      exchange.endExchange();
      return;
    }
    headers.put(Headers.CONTENT_TYPE, type);
    if (zip) {
      headers.put(Headers.CONTENT_ENCODING, "gzip");
    }
    exchange.getResponseSender().send(ByteBuffer.wrap(zip && zipped != null ? zipped : plain));
  }

  private static boolean acceptsGzip(HttpServerExchange exchange) {
    String accepted = exchange.getRequestHeaders().getFirst(Headers.ACCEPT_ENCODING);
    return accepted != null && accepted.contains("gzip") && !accepted.contains("gzip;q=0");
  }

  private static byte[] zip(byte[] content) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream zip = new GZIPOutputStream(out)) {
      zip.write(content);
    }
    return out.toByteArray();
  }

  private static String hash(byte[] content) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(content);
      return HexFormat.of().formatHex(digest, 0, 12);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
