package dev.tandem.sip.dialog;

/** What names a dialog at our end (RFC 3261 §12): Call-ID, our tag, the peer's tag. */
public record DialogId(String callId, String localTag, String remoteTag) {}
