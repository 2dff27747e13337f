package dev.tandem.testkit;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One dialog, or what will be one when the callee gives its tag (RFC 3261 §12). */
final class PhoneDialog {
  final String callId;
  final String localTag;

  /** Name and URI as From or To shows them, without tag. */
  final String local;

  final String remote;

  @Nullable String remoteTag;
  private boolean confirmed;
  int localCseq;
  String remoteTarget;
  List<String> routes = List.of();

  /** The last INVITE of ours: the one that CANCEL and ACK mean. */
  @Nullable SipText invite;

  /** The last SDP of ours. */
  @Nullable String sdp;

  /** Highest number seen in a request of the peer; -1 before the first. */
  int remoteCseq = -1;

  PhoneDialog(String callId, String localTag, String local, String remote, String remoteTarget) {
    this.callId = callId;
    this.localTag = localTag;
    this.local = local;
    this.remote = remote;
    this.remoteTarget = remoteTarget;
  }

  /** The callee's side of an INVITE that came. */
  static PhoneDialog asCallee(SipText invite, String localTag) {
    PhoneDialog dialog =
        new PhoneDialog(
            invite.callId(),
            localTag,
            withoutTag(invite.header("To")),
            withoutTag(invite.header("From")),
            invite.contactUri());
    dialog.remoteTag = invite.fromTag();
    dialog.routes = invite.values("Record-Route");
    dialog.remoteCseq = invite.cseqNumber();
    dialog.localCseq = 100;
    return dialog;
  }

  private static String withoutTag(String value) {
    return value.replaceFirst(";tag=[^;]*", "");
  }

  /** A provisional or 2xx response to our INVITE, with a tag. The first 2xx decides whose it is. */
  void answered(SipText response) {
    if (confirmed && !Objects.equals(remoteTag, response.toTag())) {
      return;
    }
    confirmed = confirmed || response.status() >= 200;
    remoteTag = response.toTag();
    if (response.has("Contact")) {
      remoteTarget = response.contactUri();
    }
    if (response.has("Record-Route") || routes.isEmpty()) {
      List<String> reversed = new ArrayList<>(response.values("Record-Route"));
      Collections.reverse(reversed);
      routes = reversed;
    }
  }

  String localWithTag() {
    return local + ";tag=" + localTag;
  }

  String remoteWithTag() {
    return remoteTag == null ? remote : remote + ";tag=" + remoteTag;
  }

  /** Whether a message of the peer belongs to it. */
  boolean owns(SipText message) {
    String ours = message.isRequest() ? message.toTag() : message.fromTag();
    String theirs = message.isRequest() ? message.fromTag() : message.toTag();
    return callId.equals(message.callId())
        && localTag.equals(ours)
        && (remoteTag == null || remoteTag.equals(theirs));
  }
}
