/**
 * What tutorials of WebRTC signalling ask of a server beside the dialect: requests and descriptions
 * are taken apart, and what is wrong with them is said. For learning, off by default. Start at
 * {@link dev.tandem.gateway.json.tutorial.Diagnosis}.
 */
@NullMarked
package dev.tandem.gateway.json.tutorial;

import org.jspecify.annotations.NullMarked;
