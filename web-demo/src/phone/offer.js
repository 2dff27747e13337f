/**
 * Takes back an offer of ours that was refused (RFC 8829 §4.1.10.2). Neither library does so: the connection would wait
 * for an answer for ever, hear nothing after a refused hold, and mistake the other side's next offer for that answer.
 *
 * @param {RTCPeerConnection|undefined} connection
 */
export async function takeBackOffer(connection) {
  if (connection?.signalingState !== "have-local-offer") {
    return;
  }
  await connection.setLocalDescription({ type: "rollback" });
  for (const transceiver of connection.getTransceivers()) {
    // The wish for another direction is not part of what is rolled back.
    if (transceiver.currentDirection && transceiver.currentDirection !== "stopped") {
      transceiver.direction = transceiver.currentDirection;
    }
  }
}
