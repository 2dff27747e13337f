package dev.tandem.gateway.config.route;

/**
 * One rule of routing. The first that matches is taken.
 *
 * @param name for logs and explanations
 * @param beforeUsers whether it goes before the users of the same name or number
 */
public record RouteConfig(
    String name,
    RouteMatch match,
    RouteAction action,
    RewriteConfig rewrite,
    boolean beforeUsers) {}
