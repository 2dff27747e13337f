package dev.tandem.gateway.event;

/** Why a subscription ended. */
public enum SubscriptionEnd {
  /** The subscriber said so, or wanted to know the state just once. */
  UNSUBSCRIBED,
  EXPIRED,
  /** A notification was refused for good, or never answered. */
  REFUSED,
  /** The connection was lost and the device has not come back in time. */
  LOST,
  /** We stop. */
  DEACTIVATED
}
