package dev.tandem.gateway.event.presence;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tandem.sip.message.Aor;
import dev.tandem.testkit.Mutations;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Any bytes are a presence document or none; nothing in them is declared or expanded. */
class PidfFuzzTest {
  private static final List<String> SEEDS =
      List.of(
          new String(
              Pidf.of(
                      Aor.of("alice", "tandem.example"),
                      Pidf.Basic.OPEN,
                      "on-the-phone",
                      "in a call & busy")
                  .bytes(),
              UTF_8),
          "<?xml version='1.0'?><p:presence xmlns:p='urn:ietf:params:xml:ns:pidf' entity='sip:a@b'>"
              + "<p:tuple id='x'><p:status><p:basic>closed</p:basic></p:status>"
              + "<p:note xml:lang='en'><![CDATA[away]]></p:note><!-- --><?pi x?></p:tuple>"
              + "</p:presence>");
  private static final List<String> WORDS =
      List.of(
          "<",
          ">",
          "</",
          "/>",
          "&amp;",
          "&a;",
          "&#0;",
          "&#x41;",
          "<!DOCTYPE a [<!ENTITY a SYSTEM 'file:///etc/hostname'>]>",
          "<![CDATA[",
          "]]>",
          "<?",
          "xmlns='",
          "xmlns:a='urn:a'",
          "<note>",
          "<basic>",
          "</basic>",
          "<activities>",
          "\"",
          "encoding='UTF-16'",
          "version='1.1'",
          "\0");

  @Test
  void nearlyRightDocumentsDoNoHarm() {
    Mutations.of(getClass(), SEEDS, WORDS)
        .run(3863, Mutations.count(50_000), this::anyBytesDoNoHarm);
  }

  /** By coverage, as long as it is let: see {@code docs/security.md}. */
  @Tag("fuzz")
  @FuzzTest
  void anyBytesDoNoHarm(byte[] bytes) {
    Presence read = Pidf.read(bytes);
    if (read != null) {
      assertThat(Pidf.isSound(bytes)).isTrue();
    }
  }
}
