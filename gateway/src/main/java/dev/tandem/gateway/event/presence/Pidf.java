package dev.tandem.gateway.event.presence;

import dev.tandem.gateway.event.Document;
import dev.tandem.sip.message.Aor;
import java.io.ByteArrayOutputStream;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import javax.xml.stream.XMLStreamWriter;
import org.jspecify.annotations.Nullable;

/** Presence documents (RFC 3863), with "on the phone" as RFC 4480 §3.2 writes it. */
final class Pidf {
  static final String CONTENT_TYPE = "application/pidf+xml";

  private static final String PIDF = "urn:ietf:params:xml:ns:pidf";
  private static final String DATA_MODEL = "urn:ietf:params:xml:ns:pidf:data-model";
  private static final String RPID = "urn:ietf:params:xml:ns:pidf:rpid";

  private static final XMLOutputFactory WRITERS = XMLOutputFactory.newDefaultFactory();
  private static final XMLInputFactory READERS = readers();

  /** Whether somebody can be reached (RFC 3863 §4.1.4). */
  enum Basic {
    OPEN,
    CLOSED
  }

  private Pidf() {}

  private static XMLInputFactory readers() {
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    factory.setProperty(XMLInputFactory.IS_REPLACING_ENTITY_REFERENCES, false);
    return factory;
  }

  /**
   * Writes one.
   *
   * @param activity of RFC 4480 §3.2; null for none
   * @param note in the user's words; null for none
   */
  static Document of(Aor user, Basic basic, @Nullable String activity, @Nullable String note) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(512);
    try {
      XMLStreamWriter xml = WRITERS.createXMLStreamWriter(out, StandardCharsets.UTF_8.name());
      xml.writeStartDocument(StandardCharsets.UTF_8.name(), "1.0");
      xml.writeStartElement("presence");
      xml.writeDefaultNamespace(PIDF);
      if (activity != null) {
        xml.writeNamespace("dm", DATA_MODEL);
        xml.writeNamespace("rpid", RPID);
      }
      xml.writeAttribute("entity", user.uri());
      xml.writeStartElement("tuple");
      xml.writeAttribute("id", "tandem");
      xml.writeStartElement("status");
      xml.writeStartElement("basic");
      xml.writeCharacters(basic.name().toLowerCase(Locale.ROOT));
      xml.writeEndElement();
      xml.writeEndElement();
      if (note != null) {
        xml.writeStartElement("note");
        xml.writeCharacters(note);
        xml.writeEndElement();
      }
      xml.writeEndElement();
      if (activity != null) {
        xml.writeStartElement("dm", "person", DATA_MODEL);
        xml.writeAttribute("id", "user");
        xml.writeStartElement("rpid", "activities", RPID);
        xml.writeEmptyElement("rpid", activity, RPID);
        xml.writeEndElement();
        xml.writeEndElement();
      }
      xml.writeEndDocument();
      xml.close();
    } catch (XMLStreamException e) {
      throw new IllegalStateException(e);
    }
    return new Document(CONTENT_TYPE, out.toByteArray());
  }

  /**
   * Whether this is a well-formed presence document. No document type is allowed, hence no entity,
   * so that reading costs no more than the bytes that came. It must be UTF-8; the JDK's reader
   * complains on standard error about bytes that are not, so it does not see them.
   */
  static boolean isSound(byte[] bytes) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      XMLStreamReader xml = READERS.createXMLStreamReader(new StringReader(text));
      boolean rootSeen = false;
      while (xml.hasNext()) {
        int event = xml.next();
        if (event == XMLStreamConstants.DTD || event == XMLStreamConstants.ENTITY_REFERENCE) {
          return false;
        }
        if (event == XMLStreamConstants.START_ELEMENT && !rootSeen) {
          rootSeen = true;
          if (!xml.getLocalName().equals("presence") || !PIDF.equals(xml.getNamespaceURI())) {
            return false;
          }
        }
      }
      return rootSeen;
    } catch (CharacterCodingException | XMLStreamException | RuntimeException e) {
      return false; // the JDK's reader also throws unchecked on some malformed bytes
    }
  }

  /**
   * What a document says in a word, whoever wrote it; null when it is none. Of activities that we
   * have no word for, the user is available.
   */
  static @Nullable Presence read(byte[] bytes) {
    if (!isSound(bytes)) {
      return null;
    }
    boolean open = false;
    boolean inActivities = false;
    Presence.Status status = Presence.Status.AVAILABLE;
    String note = null;
    try {
      XMLStreamReader xml =
          READERS.createXMLStreamReader(
              new StringReader(new String(bytes, StandardCharsets.UTF_8)));
      while (xml.hasNext()) {
        int event = xml.next();
        if (event == XMLStreamConstants.END_ELEMENT && xml.getLocalName().equals("activities")) {
          inActivities = false;
        } else if (event == XMLStreamConstants.START_ELEMENT) {
          String name = xml.getLocalName();
          if (name.equals("basic")) {
            open |= xml.getElementText().strip().equalsIgnoreCase("open");
          } else if (name.equals("note") && note == null) {
            note = xml.getElementText();
          } else if (inActivities && status == Presence.Status.AVAILABLE) {
            status = status(name);
          } else {
            inActivities |= name.equals("activities");
          }
        }
      }
    } catch (XMLStreamException e) {
      return null; // an element with others in it where text belongs
    }
    return new Presence(open ? status : Presence.Status.OFFLINE, note);
  }

  private static Presence.Status status(String activity) {
    return switch (activity) {
      case "busy", "on-the-phone", "meeting", "appointment", "presentation", "in-transit" ->
          Presence.Status.BUSY;
      case "away", "breakfast", "lunch", "dinner", "meal", "sleeping", "vacation", "holiday" ->
          Presence.Status.AWAY;
      default -> Presence.Status.AVAILABLE;
    };
  }
}
