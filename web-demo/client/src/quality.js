/** What `stats` tells of a connection: round trip and jitter in milliseconds, loss from 0 to 1. */
export async function quality(pc) {
  const all = [...(await pc.getStats()).values()];
  const of = (type) => all.find((each) => each.type === type);
  const inbound = of("inbound-rtp") ?? {};
  const pair = all.find(({ type, nominated, state }) => type === "candidate-pair" && nominated && state === "succeeded");
  const local = all.find(({ id }) => id === pair?.localCandidateId);
  const { packetsReceived, packetsLost } = inbound;
  const expected = packetsReceived + packetsLost;
  return {
    rtt: milliseconds(pair?.currentRoundTripTime),
    jitter: milliseconds(inbound.jitter),
    loss: expected > 0 ? Math.min(1, Math.max(0, packetsLost / expected)) : undefined,
    candidateType: local?.candidateType,
    packetsSent: of("outbound-rtp")?.packetsSent,
    packetsReceived,
    packetsLost,
  };
}

const milliseconds = (seconds) => (seconds === undefined ? undefined : Math.round(seconds * 1_000));
