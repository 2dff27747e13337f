package dev.tandem.gateway.event.dialog;

import dev.tandem.gateway.event.Document;
import dev.tandem.sip.message.Aor;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** Writes dialog information documents (RFC 4235 §4). */
final class DialogInfo {
  static final String CONTENT_TYPE = "application/dialog-info+xml";

  private static final String NAMESPACE = "urn:ietf:params:xml:ns:dialog-info";
  private static final XMLOutputFactory WRITERS = XMLOutputFactory.newDefaultFactory();

  private DialogInfo() {}

  static Document of(
      Aor user, int version, boolean full, List<UserCall> calls, boolean showRemote) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(512);
    try {
      XMLStreamWriter xml = WRITERS.createXMLStreamWriter(out, StandardCharsets.UTF_8.name());
      xml.writeStartDocument(StandardCharsets.UTF_8.name(), "1.0");
      xml.writeStartElement("dialog-info");
      xml.writeDefaultNamespace(NAMESPACE);
      xml.writeAttribute("version", Integer.toString(version));
      xml.writeAttribute("state", full ? "full" : "partial");
      xml.writeAttribute("entity", user.uri());
      for (UserCall call : calls) {
        write(xml, user, call, showRemote);
      }
      xml.writeEndDocument();
      xml.close();
    } catch (XMLStreamException e) {
      throw new IllegalStateException(e);
    }
    return new Document(CONTENT_TYPE, out.toByteArray());
  }

  private static void write(XMLStreamWriter xml, Aor user, UserCall call, boolean showRemote)
      throws XMLStreamException {
    xml.writeStartElement("dialog");
    xml.writeAttribute("id", call.id());
    xml.writeAttribute("direction", call.direction().name().toLowerCase(Locale.ROOT));
    xml.writeStartElement("state");
    xml.writeCharacters(call.state().name().toLowerCase(Locale.ROOT));
    xml.writeEndElement();
    writeParty(xml, "local", user.uri());
    if (showRemote) {
      writeParty(xml, "remote", call.remote());
    }
    xml.writeEndElement();
  }

  private static void writeParty(XMLStreamWriter xml, String element, String uri)
      throws XMLStreamException {
    xml.writeStartElement(element);
    xml.writeStartElement("identity");
    xml.writeCharacters(uri);
    xml.writeEndElement();
    xml.writeEndElement();
  }
}
