package dev.tandem.gateway.call;

/**
 * The early dialogs through which caller and callee can speak before the answer.
 *
 * @param branch whose provisional responses the caller hears as they are; 0 when nobody's
 * @param calleeAgreed the branch has answered our offer reliably, or has our answer to its own
 * @param callerAgreed the caller has acknowledged that answer, or given the answer itself
 * @param callee what the branch can do
 */
record Early(int branch, boolean calleeAgreed, boolean callerAgreed, PeerFeatures callee) {
  static final Early NONE = new Early(0, false, false, PeerFeatures.NONE);

  static Early with(int branch) {
    return new Early(branch, false, false, PeerFeatures.NONE);
  }

  Early withCallee(PeerFeatures features) {
    return new Early(branch, true, callerAgreed, features);
  }

  Early withCaller() {
    return new Early(branch, calleeAgreed, true, callee);
  }

  boolean agreed(LegId leg) {
    return leg.isCaller() ? callerAgreed : calleeAgreed;
  }
}
