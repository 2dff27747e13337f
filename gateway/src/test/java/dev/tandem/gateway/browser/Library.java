package dev.tandem.gateway.browser;

/** What a person can choose on the demo page. */
enum Library {
  SIPJS("sipjs", "SIP.js"),
  JSSIP("jssip", "JsSIP"),
  JSON("json", "JSON");

  /** Its name in the page's test ids. */
  final String id;

  private final String title;

  Library(String id, String title) {
    this.id = id;
    this.title = title;
  }

  @Override
  public String toString() {
    return title;
  }
}
