/**
 * SIP over WebSocket (RFC 7118) on Undertow. Start at {@link
 * dev.tandem.sip.transport.ws.WebSocketEndpoint}, the HTTP handler that upgrades requests, and
 * {@link dev.tandem.sip.transport.ws.SipOverWebSocket}, which makes flows of its connections.
 *
 * <p>Undertow does HTTP, TLS and the selector loop; the frames (RFC 6455 §5) are read and written
 * here, straight from the upgraded connection. So an idle connection holds no buffer, every limit
 * is applied before anything is buffered, and a message costs one read and one write of the socket.
 */
@NullMarked
package dev.tandem.sip.transport.ws;

import org.jspecify.annotations.NullMarked;
