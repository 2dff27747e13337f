/**
 * The state of users' calls (RFC 4235), which busy lamp fields show. Start at {@link
 * dev.tandem.gateway.event.dialog.DialogPackage}, fed by {@link
 * dev.tandem.gateway.event.dialog.UserCalls}.
 */
@NullMarked
package dev.tandem.gateway.event.dialog;

import org.jspecify.annotations.NullMarked;
