/**
 * REFER and INVITE with Replaces (docs/decisions/8-transfer.md). Start at {@link
 * dev.tandem.gateway.sip.transfer.Referrals}.
 */
@NullMarked
package dev.tandem.gateway.sip.transfer;

import org.jspecify.annotations.NullMarked;
