/** Many calls, and nothing left of them. Start at {@link dev.tandem.gateway.soak.LeakTest}. */
package dev.tandem.gateway.soak;
