package dev.tandem.gateway.pbx;

import static dev.tandem.testkit.Sip.ACK;
import static dev.tandem.testkit.Sip.BYE;

import dev.tandem.testkit.Ladder;
import dev.tandem.testkit.Phone;
import dev.tandem.testkit.PhoneIdentity;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The fixture itself: a phone of the testkit is an extension of a real Asterisk. */
@Tag("foreign")
class AsteriskTest {

  @Test
  void aPhoneRegistersWithItAndCallsTheEcho() {
    try (Asterisk pbx = Asterisk.at("127.0.0.3");
        Ladder ladder = new Ladder(Duration.ofSeconds(10))) {
      pbx.pjsip(Asterisk.phone("6001")).extensions(Asterisk.NUMBERS).start();
      PhoneIdentity identity = new PhoneIdentity("6001", "pbx.test", "secret");
      Phone phone = Phone.pbxUdp(ladder, "6001", identity, "127.0.0.1", pbx::socketAddress);
      phone.registers();
      pbx.comesToSay("pjsip show contacts", said -> said.contains("6001/sip:6001@127.0.0.1"));
      phone.invites("sip:600@pbx.test");
      phone.receives(200);
      phone.sends(ACK);
      pbx.comesToSay("core show channels", said -> said.contains("1 active call"));
      phone.sends(BYE);
      phone.receives(200);
      pbx.comesToSay("core show channels", said -> said.contains("0 active calls"));
    }
  }
}
