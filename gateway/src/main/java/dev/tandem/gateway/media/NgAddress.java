package dev.tandem.gateway.media;

import java.net.InetSocketAddress;

/**
 * Where an rtpengine takes questions.
 *
 * @param stream whether by TCP; else by UDP
 */
record NgAddress(InetSocketAddress socket, boolean stream) {

  /** For logs and metrics. */
  @Override
  public String toString() {
    String host = socket.getHostString();
    return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + socket.getPort();
  }
}
