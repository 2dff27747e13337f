const ws = new WebSocket('wss://gw.example/ws', 'tandem.v1'); let n = 0, pc;
const send = (type, m) => ws.send(JSON.stringify({ type, id: String(++n), ...m }));
const answer = m => m.sdp && pc.signalingState === 'have-local-offer'
  && pc.setRemoteDescription({ type: 'answer', sdp: m.sdp });
const on = {
  welcome: () => send('register', { token: TOKEN }),
  async register_response(m) {
    if (!m.ok) return alert(m.error.text);
    pc = new RTCPeerConnection({ iceServers: m.iceServers });
    pc.ontrack = e => audio.srcObject = e.streams[0];
    pc.onicecandidate = e => send('candidate', { call: 'c1', candidate: e.candidate });
    const s = await navigator.mediaDevices.getUserMedia({ audio: true });
    s.getTracks().forEach(t => pc.addTrack(t, s));
    await pc.setLocalDescription();
    send('call', { call: 'c1', to: '+15551234567', sdp: pc.localDescription.sdp });
  },
  progress: answer, accepted: answer,
  candidate: m => pc.addIceCandidate(m.candidate ?? undefined),
  ended: m => { pc.close(); console.log('ended', m.code, m.sip); },
};
ws.onmessage = e => { const m = JSON.parse(e.data); on[m.type]?.(m); };
hangupButton.onclick = () => send('hangup', { call: 'c1' });
