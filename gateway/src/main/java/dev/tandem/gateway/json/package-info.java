/**
 * The JSON dialect {@code tandem.v1}: calls for browsers without a SIP library (docs/json.md). An
 * adapter as {@code gateway.sip} is one: it turns frames into {@link
 * dev.tandem.gateway.call.CallEvent} and {@link dev.tandem.gateway.call.CallEffect} into frames,
 * and keeps no rule of a call. Start at {@link dev.tandem.gateway.json.JsonService}.
 */
@NullMarked
package dev.tandem.gateway.json;

import org.jspecify.annotations.NullMarked;
