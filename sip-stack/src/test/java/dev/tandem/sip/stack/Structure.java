package dev.tandem.sip.stack;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Collection;
import java.util.Map;

/** Writes an object of JAIN-SIP with every field of its classes, so that two can be compared. */
final class Structure {
  private final StringBuilder text = new StringBuilder();

  private Structure() {}

  static String of(Object object) {
    Structure structure = new Structure();
    structure.add(object);
    return structure.text.toString();
  }

  private void add(Object object) {
    if (object == null || object instanceof CharSequence || object instanceof Number) {
      text.append(object == null ? "null" : object.getClass().getSimpleName()).append(' ');
      text.append(object).append('\n');
    } else if (object instanceof Boolean || object instanceof Class<?>) {
      text.append(object).append('\n');
    } else if (object instanceof Map<?, ?> map && !object.getClass().getName().contains("nist")) {
      map.forEach(
          (key, value) -> {
            add(key);
            add(value);
          });
    } else if (object instanceof Collection<?> list
        && !object.getClass().getName().contains("nist")) {
      list.forEach(this::add);
    } else {
      text.append(object.getClass().getName()).append(" {\n");
      for (Class<?> c = object.getClass(); c != Object.class; c = c.getSuperclass()) {
        fields(object, c);
      }
      text.append("}\n");
    }
  }

  private void fields(Object object, Class<?> c) {
    for (Field field : c.getDeclaredFields()) {
      if (!Modifier.isStatic(field.getModifiers())) {
        field.setAccessible(true);
        try {
          text.append(field.getName()).append('=');
          add(field.get(object));
        } catch (IllegalAccessException e) {
          throw new AssertionError(e);
        }
      }
    }
  }
}
