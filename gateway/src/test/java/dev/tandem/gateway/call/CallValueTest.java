package dev.tandem.gateway.call;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** A call can be written down, and carried on by another node: it holds nothing but values. */
class CallValueTest {
  private static final Set<Class<?>> LEAVES =
      Set.of(
          boolean.class,
          int.class,
          long.class,
          Integer.class,
          String.class,
          Duration.class,
          Body.class);

  @Test
  void everythingThatACallRemembersIsAValue() {
    Set<String> others = new TreeSet<>();
    collect(Memory.class, others);
    assertThat(others).isEmpty();
    assertThat(Call.class.getDeclaredFields()).hasSize(1);
  }

  @Test
  void callsWithTheSamePastAreEqual() {
    Call one = CallScript.established().call();
    Call other = CallScript.established().call();
    assertThat(one).isEqualTo(other).hasSameHashCodeAs(other);
    assertThat(CallScript.answered().call()).isNotEqualTo(one);
  }

  private static void collect(Type type, Set<String> others) {
    if (type instanceof ParameterizedType many
        && (many.getRawType() == List.class || many.getRawType() == Set.class)) {
      collect(many.getActualTypeArguments()[0], others);
    } else if (type instanceof Class<?> leaf && (leaf.isEnum() || LEAVES.contains(leaf))) {
      return;
    } else if (type instanceof Class<?> part && part.isRecord()) {
      for (RecordComponent component : part.getRecordComponents()) {
        collect(component.getGenericType(), others);
      }
    } else {
      others.add(type.getTypeName());
    }
  }
}
