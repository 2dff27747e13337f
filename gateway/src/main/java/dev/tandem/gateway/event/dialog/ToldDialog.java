package dev.tandem.gateway.event.dialog;

import dev.tandem.gateway.event.Document;
import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.List;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/**
 * A call as a dialog information document tells it (RFC 4235 §4).
 *
 * @param remote URI of the other side; null when it is not shown
 */
public record ToldDialog(String id, String direction, String state, @Nullable String remote) {
  private static final XMLInputFactory READERS = XMLInputFactory.newDefaultFactory();

  static {
    READERS.setProperty(XMLInputFactory.SUPPORT_DTD, false);
  }

  /** All that a document of {@link DialogPackage} tells of. */
  public static List<ToldDialog> of(Document document) {
    List<ToldDialog> all = new ArrayList<>();
    try {
      XMLStreamReader xml =
          READERS.createXMLStreamReader(new ByteArrayInputStream(document.bytes()));
      while (xml.hasNext()) {
        if (xml.next() == XMLStreamConstants.START_ELEMENT && xml.getLocalName().equals("dialog")) {
          all.add(dialog(xml));
        }
      }
      return all;
    } catch (XMLStreamException e) {
      throw new IllegalArgumentException("our own document is XML", e);
    }
  }

  private static ToldDialog dialog(XMLStreamReader xml) throws XMLStreamException {
    String id = String.valueOf(xml.getAttributeValue(null, "id"));
    String direction = String.valueOf(xml.getAttributeValue(null, "direction"));
    String state = "";
    String remote = null;
    boolean inRemote = false;
    while (xml.hasNext()) {
      int next = xml.next();
      if (next == XMLStreamConstants.START_ELEMENT) {
        String name = xml.getLocalName();
        inRemote |= name.equals("remote");
        if (name.equals("state")) {
          state = xml.getElementText();
        } else if (name.equals("identity") && inRemote) {
          remote = xml.getElementText();
        }
      } else if (next == XMLStreamConstants.END_ELEMENT && xml.getLocalName().equals("dialog")) {
        break;
      }
    }
    return new ToldDialog(id, direction, state, remote);
  }
}
