/**
 * What an operator may set: typed records that cannot hold a bad value, every default, and every
 * validation message. Start at {@link dev.tandem.gateway.config.TandemConfig} (what there is) and
 * {@link dev.tandem.gateway.config.ConfigLoader} (how it is read). All values are immutable.
 */
@NullMarked
package dev.tandem.gateway.config;

import org.jspecify.annotations.NullMarked;
