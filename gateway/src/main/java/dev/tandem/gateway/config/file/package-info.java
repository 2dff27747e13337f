/**
 * How the configuration file is read: YAML, the environment, and every problem of it told at once,
 * with line and key. Start at {@link dev.tandem.gateway.config.file.Section}.
 */
@NullMarked
package dev.tandem.gateway.config.file;

import org.jspecify.annotations.NullMarked;
