/** PBXs and carriers. Start at {@link dev.tandem.gateway.config.trunk.TrunkConfig}. */
@NullMarked
package dev.tandem.gateway.config.trunk;

import org.jspecify.annotations.NullMarked;
