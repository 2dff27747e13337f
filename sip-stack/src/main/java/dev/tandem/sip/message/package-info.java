/** Small immutable values of SIP, over JAIN-SIP's types or instead of them. */
@NullMarked
package dev.tandem.sip.message;

import org.jspecify.annotations.NullMarked;
