package dev.tandem.sip.dns;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.DClass;
import org.xbill.DNS.NAPTRRecord;
import org.xbill.DNS.Name;

class SipServiceTest {

  @Test
  void preferenceDecidesWithinAnOrder() {
    assertThat(
            services(
                naptr(50, 90, "s", "SIP+D2U", "_sip._udp.x."),
                naptr(50, 50, "s", "SIPS+D2T", "_sips._tcp.x."),
                naptr(50, 70, "s", "SIP+D2T", "_sip._tcp.x.")))
        .containsExactly(SipService.TLS, SipService.TCP, SipService.UDP);
  }

  @Test
  void afterTheFirstOrderThatFitsNoOtherCounts() {
    assertThat(
            services(
                naptr(10, 1, "s", "SIP+D2W", "_sip._ws.x."),
                naptr(20, 1, "s", "SIP+D2T", "_sip._tcp.x."),
                naptr(30, 1, "s", "SIP+D2U", "_sip._udp.x.")))
        .containsExactly(SipService.TCP);
  }

  @Test
  void servicesAreComparedWithoutCase() {
    assertThat(services(naptr(1, 1, "S", "sip+d2u", "_sip._udp.x."))).hasSize(1);
  }

  @Test
  void whatLeadsToNoSrvRecordIsLeftOut() {
    assertThat(
            services(
                naptr(1, 1, "u", "SIP+D2U", "_sip._udp.x."),
                naptr(1, 1, "s", "SIP+D2U", "."),
                naptr(1, 1, "s", "E2U+sip", "x.")))
        .isEmpty();
  }

  private static List<SipService> services(NAPTRRecord... records) {
    return SipService.offers(List.of(records), service -> true).stream()
        .map(SipService.Offer::service)
        .toList();
  }

  private static NAPTRRecord naptr(
      int order, int preference, String flags, String service, String replacement) {
    return new NAPTRRecord(
        Name.fromConstantString("x."),
        DClass.IN,
        60,
        order,
        preference,
        flags,
        service,
        "",
        Name.fromConstantString(replacement));
  }
}
