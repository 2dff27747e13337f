/**
 * Plain HTTP: health, metrics, and the demo page. Start at {@link
 * dev.tandem.gateway.admin.HttpSite}.
 */
@NullMarked
package dev.tandem.gateway.admin;

import org.jspecify.annotations.NullMarked;
