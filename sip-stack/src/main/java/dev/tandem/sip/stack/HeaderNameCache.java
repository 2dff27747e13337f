package dev.tandem.sip.stack;

import gov.nist.javax.sip.header.SIPHeaderNamesCache;
import java.lang.reflect.Field;
import java.util.Map;

/**
 * JAIN-SIP remembers every header name that it has seen, for as long as the process lives: a peer
 * that makes up names would fill the memory. There is no way to it but its private field.
 */
final class HeaderNameCache {
  /** More than all names that are registered, in several spellings. */
  private static final int MOST = 4_096;

  private static final Map<?, ?> names = find();

  private HeaderNameCache() {}

  /** To be called after each message. Forgets all names when they are too many: it learns again. */
  static void bound() {
    if (names.size() > MOST) {
      names.clear();
    }
  }

  static int size() {
    return names.size();
  }

  private static Map<?, ?> find() {
    try {
      Field field = SIPHeaderNamesCache.class.getDeclaredField("lowercaseMap");
      field.setAccessible(true);
      return (Map<?, ?>) field.get(null);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("not the JAIN-SIP that we know", e);
    }
  }
}
