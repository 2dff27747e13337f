/**
 * Messages in the form in which nearly all of them come, read in one pass into JAIN-SIP's types
 * without its lexers. Start at {@link dev.tandem.sip.stack.plain.PlainReader}; why, and what keeps
 * it the same as JAIN-SIP's own, is in docs/decisions/13-reader.md.
 */
@NullMarked
package dev.tandem.sip.stack.plain;

import org.jspecify.annotations.NullMarked;
