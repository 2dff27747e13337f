/** REGISTER and its answers. Start at {@link dev.tandem.gateway.sip.register.RegisterHandler}. */
@NullMarked
package dev.tandem.gateway.sip.register;

import org.jspecify.annotations.NullMarked;
