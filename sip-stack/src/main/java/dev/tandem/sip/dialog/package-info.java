/**
 * Dialogs as immutable values (RFC 3261 §12). JAIN-SIP's own dialogs are off. Start at {@link
 * dev.tandem.sip.dialog.Dialog}.
 */
@NullMarked
package dev.tandem.sip.dialog;

import org.jspecify.annotations.NullMarked;
