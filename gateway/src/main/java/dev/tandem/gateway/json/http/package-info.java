/**
 * The JSON dialect over plain HTTP, for clients that cannot have a WebSocket (docs/json.md). Start
 * at {@link dev.tandem.gateway.json.http.SessionPages}.
 */
@NullMarked
package dev.tandem.gateway.json.http;

import org.jspecify.annotations.NullMarked;
