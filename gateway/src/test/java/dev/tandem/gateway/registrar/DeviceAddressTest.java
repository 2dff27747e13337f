package dev.tandem.gateway.registrar;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.sip.message.Aor;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeviceAddressTest {
  private static final Aor USER = Aor.of("6001", "example.test");

  private static ContactSpec contact(String text) {
    return ((Contacts.Listed) Contacts.parse(List.of(text))).contacts().get(0);
  }

  @Test
  void anInstanceIsTheSameWhateverItsUriAndExpiry() {
    DeviceAddress before =
        DeviceAddress.of(
            USER,
            contact("<sip:a@x.invalid;transport=ws>;reg-id=1;+sip.instance=\"<urn:uuid:1>\""));
    DeviceAddress after =
        DeviceAddress.of(
            USER,
            contact(
                "<sip:b@y.invalid;transport=ws>;expires=60;+sip.instance=\"<urn:uuid:1>\";reg-id=1"));
    assertThat(after).isEqualTo(before);
  }

  @Test
  void flowsInstancesUsersAndPagesAreToldApart() {
    ContactSpec page = contact("<sip:a@x.invalid;transport=ws>");
    DeviceAddress one = DeviceAddress.of(USER, page);
    assertThat(DeviceAddress.of(USER, contact("<sip:b@x.invalid;transport=ws>"))).isNotEqualTo(one);
    assertThat(DeviceAddress.of(Aor.of("6002", "example.test"), page)).isNotEqualTo(one);
    String instance = "<sip:a@x.invalid>;+sip.instance=\"<urn:uuid:1>\";reg-id=";
    assertThat(DeviceAddress.of(USER, contact(instance + 1)))
        .isNotEqualTo(DeviceAddress.of(USER, contact(instance + 2)));
  }

  @Test
  void itIsReadAsItWasWritten() {
    for (String user : List.of("6001", "a.b", "Ä#1", "x.0123456789abcdef")) {
      Aor aor = Aor.of(user, "example.test");
      DeviceAddress address = DeviceAddress.of(aor, contact("<sip:a@x.invalid>"));
      Aor sent = Aor.parse("sip:" + address.userPart() + "@192.0.2.1:5060");
      assertThat(sent).isNotNull();
      assertThat(DeviceAddress.parse(sent.user())).isEqualTo(address);
    }
  }

  @Test
  void numbersAndNamesAreNone() {
    for (String user :
        List.of(
            "",
            "6001",
            ".0123456789abcdef",
            "6001.0123456789abcde",
            "6001.0123456789ABCDEF",
            "6001-0123456789abcdef")) {
      assertThat(DeviceAddress.parse(user)).as(user).isNull();
    }
  }
}
