package dev.tandem.gateway;

import dev.tandem.gateway.admin.CallsPage;
import dev.tandem.gateway.admin.ExplainPage;
import dev.tandem.gateway.admin.HttpSite;
import dev.tandem.gateway.admin.TrunksPage;
import dev.tandem.gateway.bridge.Calls;
import dev.tandem.gateway.config.TandemConfig;
import dev.tandem.gateway.config.trunk.TrunkConfig;
import dev.tandem.gateway.json.HttpDialect;
import dev.tandem.gateway.json.http.SessionPages;
import dev.tandem.gateway.json.http.TutorialPages;
import dev.tandem.gateway.routing.Domain;
import dev.tandem.gateway.routing.Router;
import dev.tandem.gateway.trunk.Trunks;
import dev.tandem.sip.time.Timers;
import dev.tandem.sip.transport.ws.Admission;
import dev.tandem.sip.transport.ws.OriginPolicy;
import java.util.stream.Collectors;

/** Adds to the site what shows the gateway's parts, or speaks with them. */
final class SitePages {
  private final TandemConfig config;
  private final Timers timers;
  private final HttpSite site;

  SitePages(TandemConfig config, Timers timers, HttpSite site) {
    this.config = config;
    this.timers = timers;
    this.site = site;
  }

  /** For operators. */
  void addAdmin(Router router, Domain domain, Trunks trunks, Calls calls) {
    site.addAdminPage(
        ExplainPage.PATH,
        new ExplainPage(
            router,
            domain,
            config.users(),
            config.trunks().stream().map(TrunkConfig::name).collect(Collectors.toSet()),
            timers::now));
    site.addAdminPage(TrunksPage.PATH, new TrunksPage(trunks::reports));
    site.addAdminPage(CallsPage.PATH, new CallsPage(calls));
  }

  /** The JSON dialect without WebSockets. */
  void addDialect(HttpDialect dialect, Admission admission, OriginPolicy origins) {
    site.addApplication(SessionPages.PATH, new SessionPages(dialect, admission, origins, timers));
    if (config.json().tutorial()) {
      TutorialPages pages = new TutorialPages(dialect, origins, timers);
      site.addApplication(TutorialPages.SIGNALLING, pages.signalling());
      site.addApplication(TutorialPages.SIP, pages.sip());
      site.addApplication(TutorialPages.SDP, pages.sdp());
    }
  }
}
