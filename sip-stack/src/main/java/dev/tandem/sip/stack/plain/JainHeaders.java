package dev.tandem.sip.stack.plain;

import gov.nist.javax.sip.header.SIPHeader;
import gov.nist.javax.sip.header.SIPHeaderList;
import gov.nist.javax.sip.message.ListMap;
import gov.nist.javax.sip.parser.ParserFactory;
import java.text.ParseException;

/** A header by JAIN-SIP's own parser. */
final class JainHeaders {
  private JainHeaders() {}

  /**
   * As a message has it: a header that may come several times is a list, also when it is alone.
   *
   * @param line without its end
   */
  static SIPHeader parse(String line) throws ParseException {
    SIPHeader header = ParserFactory.createParser(line + "\n").parse();
    if (!ListMap.hasList(header)) {
      return header;
    }
    SIPHeaderList<SIPHeader> list = ListMap.getList(header);
    list.add(header);
    return list;
  }
}
