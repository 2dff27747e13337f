package dev.tandem.gateway.browser;

import dev.tandem.gateway.token.TestTokens;
import java.time.Instant;
import java.util.List;
import org.jose4j.jwt.NumericDate;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Somebody who has a token and no password. */
class TokenInBrowserTest extends BrowserTest {
  private static String token(String user) {
    return TestTokens.shared(
        user,
        claims -> {
          claims.setExpirationTime(NumericDate.fromSeconds(Instant.now().getEpochSecond() + 600));
          claims.setClaim("dial", List.of("bob"));
        });
  }

  @ParameterizedTest
  @EnumSource(names = {"SIPJS", "JSSIP"})
  void signsInAndCallsWhomTheTokenAllows(Library library) {
    DemoTab bob = tabOf("bob", library);
    DemoTab erin = tab();
    erin.triesToSignInAs("erin", token("erin"), library);
    erin.seesOnThisDevice("bob");
    erin.dials("alice");
    erin.isTold("You are not allowed to call alice.");
    erin.dials("bob");
    bob.isRungBy("erin");
    bob.accepts();
    erin.hangsUp();
    erin.isInNoCall();
  }
}
