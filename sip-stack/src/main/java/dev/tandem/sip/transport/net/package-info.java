/**
 * SIP over sockets (RFC 3261 §18): {@link dev.tandem.sip.transport.net.UdpTransport}, {@link
 * dev.tandem.sip.transport.net.TcpTransport} and {@link dev.tandem.sip.transport.net.TlsTransport}
 * move bytes between the network and {@link dev.tandem.sip.transport.Flow}s, and know nothing of
 * transactions.
 *
 * <p>TCP and TLS run on the I/O threads of an XNIO worker, the one that Undertow has anyway: one
 * kind of event loop in the process, accepting with back-off when file descriptors run out, and
 * Undertow's SSLEngine conduit for TLS. UDP has one thread and one selector of its own per socket,
 * because XNIO's datagram channel allocates per datagram and would share a thread with streams.
 */
@NullMarked
package dev.tandem.sip.transport.net;

import org.jspecify.annotations.NullMarked;
