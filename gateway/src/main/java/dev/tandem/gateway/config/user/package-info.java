/** Who the users are. Start at {@link dev.tandem.gateway.config.user.Users}. */
@NullMarked
package dev.tandem.gateway.config.user;

import org.jspecify.annotations.NullMarked;
