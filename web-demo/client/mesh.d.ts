import type { Phone, TandemError } from "./tandem.js";
import type { Requests } from "./protocol.js";

/** A room in which everybody hears everybody, without a media server. */
export class Mesh {
  constructor(phone: Phone, room: string, options?: { stream?: MediaStream; rtc?: RTCConfiguration });
  /** Their sound is there, or its connection changed; or, without stream, gone. */
  onpeer: (peer: { id: string; name?: string; stream?: MediaStream; state?: RTCPeerConnectionState }) => void;
  /** We are in the room no more and did not leave: it was closed, or lets us in no more. */
  onclose: (problem?: TandemError) => void;
  readonly peers: ReadonlyMap<string, { id: string; name?: string; polite: boolean; pc?: RTCPeerConnection; stream?: MediaStream }>;
  join(name?: string, fields?: Pick<Requests["join"], "pin" | "max">): Promise<void>;
  leave(): Promise<void>;
}
