package dev.tandem.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.gateway.config.MediaConfig.EngineConfig;
import dev.tandem.gateway.config.file.InvalidConfigException;
import dev.tandem.gateway.sdp.PeerMedia;
import dev.tandem.gateway.sdp.PeerMedia.Keys;
import dev.tandem.gateway.sdp.PeerMedia.Kind;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MediaConfigTest {
  private static TandemConfig parse(String yaml) throws Exception {
    return new ConfigLoader()
        .parse("test.yaml", "domain: a.b\nusers: [{user: u, password: p}]\n" + yaml, Path.of("."));
  }

  @Test
  void enginesAndTrunksAreReadAsWritten() throws Exception {
    TandemConfig config =
        parse(
            """
            media:
              rtpengine:
                engines: [{address: "127.0.0.1:2223"}, {address: "tcp://[::1]:22", weight: 3}]
                node: gw1
            trunks:
              - name: pbx
                address: 192.0.2.1
                media: srtp
                relay: {strip: [opus], transcode: [PCMA], strictSource: true, interface: lan}
            """);
    assertThat(config.media().engines())
        .containsExactly(
            new EngineConfig("127.0.0.1", 2223, false, 1), new EngineConfig("[::1]", 22, true, 3));
    assertThat(config.media().node()).isEqualTo("gw1");
    assertThat(config.trunks().get(0).peer().media())
        .isEqualTo(
            new PeerMedia(
                Kind.SRTP, List.of("opus"), List.of("PCMA"), true, Keys.AUTO, false, "lan"));
  }

  @Test
  void withoutAnyThereIsNoRelayAndTrunksAreLeftAlone() throws Exception {
    TandemConfig config = parse("trunks: [{name: pbx, address: 192.0.2.1}]\n");
    assertThat(config.media().hasRelay()).isFalse();
    assertThat(config.trunks().get(0).peer().media().kind()).isEqualTo(Kind.AS_IT_IS);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "trunks: [{name: t, address: a, media: rtp}] | trunks[0].media",
        "trunks: [{name: t, address: a, media: zrtp}] | trunks[0].media",
        "media: {anchor: all} | media.anchor",
        "media: {rtpengine: {engines: [{address: a}]}} | engines[0].address",
        "media: {rtpengine: {engines: [{address: 'a:1', weight: 0}]}} | engines[0].weight",
        "media: {rtpengine: {engines: [{address: 'a:1'}, {address: 'a:1'}]}} | engines",
        "media: {rtpengine: {timeout: 1m}} | media.rtpengine.timeout",
      })
  void whatCannotBeIsTold(String yaml, String key) {
    assertThatThrownBy(() -> parse(yaml))
        .isInstanceOf(InvalidConfigException.class)
        .hasMessageContaining(key);
  }
}
