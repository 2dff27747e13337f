/**
 * The HTTP server that everything HTTP stands on, WebSockets included. Start at {@link
 * dev.tandem.sip.transport.http.HttpServer}; certificates come from PEM files by {@link
 * dev.tandem.sip.transport.http.PemIdentity} and are served by {@link
 * dev.tandem.sip.transport.http.ServerTls}.
 */
@NullMarked
package dev.tandem.sip.transport.http;

import org.jspecify.annotations.NullMarked;
