package dev.tandem.gateway.json;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Definitions that stand by themselves say the same as the schema that is published. */
class StandaloneTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static JsonNode schema;
  private static Standalone definitions;

  @BeforeAll
  static void read() throws IOException {
    schema = JSON.readTree(StandaloneTest.class.getResource("tandem.v1.schema.json"));
    definitions = new Standalone(schema);
  }

  @Test
  void noRequestRefersToAnythingAndAllOfThemAreSmall() {
    int size = 0;
    for (String name : definitions.names()) {
      if (name.endsWith("_request")) {
        String text = definitions.of(name).toString();
        assertThat(text).doesNotContain("$ref", "description", "examples");
        size += text.length();
      }
    }
    assertThat(size).isBetween(10_000, 60_000);
  }

  @Test
  void everyVerdictOnEveryExampleOfEveryRequestIsTheSame() {
    SchemaRegistry published =
        SchemaRegistry.withDefaultDialect(
            SpecificationVersion.DRAFT_2020_12,
            builder -> builder.schemas(Map.of("urn:published", schema.toString())));
    SchemaRegistry alone = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
    int good = 0;
    for (String name : definitions.names()) {
      if (!name.endsWith("_request") || name.equals("tutorial_request")) {
        continue;
      }
      var whole = published.getSchema(SchemaLocation.of("urn:published#/$defs/" + name));
      var mine = alone.getSchema(definitions.of(name));
      for (String other : definitions.names()) {
        for (JsonNode example : schema.path("$defs").path(other).path("examples")) {
          boolean verdict =
              whole.validate(example).stream()
                  .allMatch(error -> error.getKeyword().equals("unevaluatedProperties"));
          assertThat(mine.validate(example).isEmpty()).as(name + " " + example).isEqualTo(verdict);
          good += verdict ? 1 : 0;
        }
      }
    }
    assertThat(good).isGreaterThan(28);
  }
}
