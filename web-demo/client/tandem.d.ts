import type {
  Code,
  EndedEvent,
  ErrorEvent,
  Events,
  HoldState,
  IceServers,
  Media,
  MessageEvent,
  NotifyEvent,
  Person,
  Presence,
  Problem,
  Replies,
  Requests,
  SessionEvent,
  SipHeaders,
  WelcomeEvent,
} from "./protocol.js";

export type * from "./protocol.js";

/**
 * Opens a connection and signs in. Rejects with a TandemError when the gateway does not want us, or is not there
 * ("unavailable").
 */
export function connect(url: string, options?: ConnectOptions): Promise<Phone>;

/** One of token, user with password, user with proof, or guest. */
export interface ConnectOptions {
  /** A signed token, or a function that gets one: then logins are renewed by themselves. */
  token?: string | (() => string | Promise<string>);
  user?: string;
  password?: string | (() => string | Promise<string>);
  /** Proves to know the password without sending it. */
  proof?: (nonce: string, realm: string) => Promise<{ cnonce: string; proof: string; alg?: "MD5" | "SHA-256" }>;
  guest?: true;
  /** Names this browser or tab among the user's devices. */
  device?: string;
  display?: string;
  /** What to tell the gateway that the page can do; update, early and info when absent. */
  features?: string[];
  /** What to ask getUserMedia for; `{ audio: true }` when absent. */
  media?: MediaStreamConstraints;
  /** Plays the other side. */
  audio?: HTMLMediaElement;
  /** More for every RTCPeerConnection; its iceServers come from the gateway. */
  rtc?: RTCConfiguration;
  /** Keeps the session over a reload of the page: sessionStorage. Its tokens are worth calls; localStorage is too open. */
  storage?: Pick<Storage, "getItem" | "setItem" | "removeItem">;
  /** Whether to speak by HTTP where no WebSocket can be opened; true when absent. */
  http?: boolean;
  /** How often to tell the gateway how calls sound, in seconds; never when absent. */
  stats?: number;
}

/** What went wrong, as the gateway tells it: `code` is for programs, `message` for people. */
export class TandemError extends Error implements Partial<Problem> {
  code: Code;
  text: string;
  sip?: number;
  q850?: number;
  path?: string;
  /** Seconds. */
  retryAfter?: number;
}

export type PhoneState = "connecting" | "online" | "reconnecting" | "offline";

/** What a phone tells, beside the gateway's own events that concern no call. */
export interface PhoneEvents {
  state: { state: PhoneState; code?: Code; text?: string };
  incoming: Call;
  /** A call that goes on after a reload of the page. */
  call: Call;
  /** The session goes on after a lost connection. With replay "events" all that was missed follows. */
  resumed: Replies["resume"];
  /** A session begins; the one before is over, if there was one. */
  registered: Replies["register"];
  /** The device's network changed, as far as the browser can tell. */
  network: undefined;
  error: TandemError | Error;
  message: MessageEvent;
  welcome: WelcomeEvent;
  session: SessionEvent;
}

type RoomEvents = Pick<
  Events,
  "message_status" | "peer_joined" | "peer_left" | "signal" | "broadcast" | "room_closed"
>;

export interface Phone {
  readonly state: PhoneState;
  /** How it speaks with the gateway now. From HTTP it goes back to a WebSocket when one opens. */
  readonly transport: "websocket" | "http";
  readonly user: string | undefined;
  readonly uri: string | undefined;
  readonly calls: ReadonlyMap<string, Call>;
  readonly iceServers: IceServers;
  readonly options: Readonly<ConnectOptions>;
  /** Returns a function that ends it. */
  on<T extends keyof (PhoneEvents & RoomEvents)>(
    type: T,
    listener: (detail: (PhoneEvents & RoomEvents)[T]) => void,
  ): () => void;
  /** Calls somebody. What becomes of it is told by the call's events; nothing is thrown. */
  call(to: string, options?: CallOptions): Call;
  /** Sends text to somebody. */
  message(to: string, body: string, contentType?: string): Promise<Replies["message"]>;
  /** Says how one is. */
  publish(status: Presence, note?: string): Promise<Replies["publish"]>;
  /** Tells `listener` of somebody's state until the returned function is called. */
  subscribe(to: string, event: string, listener: (told: NotifyEvent) => void): Promise<() => void>;
  /**
   * Any request of the protocol. Without a connection it waits for the next one, where what was not replied to is sent
   * again.
   */
  request<T extends keyof Replies & keyof Requests>(
    type: T,
    fields?: Omit<Requests[T], "type" | "id" | "ack">,
  ): Promise<Replies[T]>;
  /** Like request, for what needs no reply. */
  tell<T extends keyof Requests>(type: T, fields?: Omit<Requests[T], "type" | "id" | "ack">): void;
  /** Gives the connection up, if there is one, and makes another. */
  reconnect(): void;
  /** Looks whether the connection still is one, now and not at the next heartbeat. */
  check(): void;
  /** Checks the connection, and finds new ways for the media. Done by itself where browsers tell of such changes. */
  networkChanged(): void;
  /** Signs out and ends every call. */
  close(): Promise<void>;
}

export interface CallOptions {
  /** Used instead of opening the microphone; it stays yours to stop. */
  stream?: MediaStream;
  display?: string;
  headers?: SipHeaders;
  /** How long it may ring, in seconds. */
  timeout?: number;
  media?: Media;
  /** The `ref` of a `transfer_request` that this call carries out; `Call.follow` sets it. */
  follow?: string;
  /** What that said of a place in another call. */
  replaces?: string;
}

export type CallState = "calling" | "progressing" | "incoming" | "answering" | "active" | "ended";

export type CallEnd = Pick<EndedEvent, "by" | "code" | "sip" | "q850" | "text" | "elsewhere" | "duration" | "headers"> & {
  /** What the page's own problem was: no microphone, for example. */
  cause?: Error;
};

/** What a call tells, beside the gateway's own events about it. */
export interface CallEvents
  extends Pick<Events, "progress" | "accepted" | "hold" | "peer" | "dtmf" | "info" | "message" | "transfer_request" | "transfer_progress"> {
  state: CallState;
  /** Anything readable here changed. */
  change: undefined;
  /** There is an RTCPeerConnection now. */
  connection: RTCPeerConnection;
  track: MediaStream;
  error: Error;
  /** Once, last. */
  ended: CallEnd;
}

export interface Call {
  readonly id: string;
  readonly phone: Phone;
  readonly direction: "in" | "out";
  readonly state: CallState;
  readonly peer: Person;
  readonly held: HoldState;
  readonly muted: boolean;
  readonly media?: Media;
  /** When it was answered, in milliseconds since the epoch. */
  readonly since?: number;
  readonly pc?: RTCPeerConnection;
  readonly stream?: MediaStream;
  readonly remoteStream?: MediaStream;
  readonly ended?: CallEnd;
  /** Resolves when the call has ended. */
  readonly done: Promise<CallEnd>;
  /** Returns a function that ends it. */
  on<T extends keyof CallEvents>(type: T, listener: (detail: CallEvents[T]) => void): () => void;
  /** Takes the call. Rejects when there is no microphone: the call goes on ringing. */
  accept(options?: Pick<CallOptions, "stream" | "headers">): Promise<void>;
  /** Refuses the call, or sends the caller elsewhere. */
  decline(how?: Requests["reject"]["code"] | Pick<Requests["reject"], "code" | "sip" | "to" | "headers">): Promise<void>;
  /** Ends the call, whatever its state. */
  hangup(reason?: Requests["hangup"]["reason"]): Promise<void>;
  mute(on?: boolean): void;
  /** Holds the other side, or lets go; rejects when the other side refuses. */
  hold(on?: boolean): Promise<void>;
  /** Presses keys: in the media when the browser can and `method` is absent, or by the gateway. */
  dtmf(digits: string, options?: { method?: "auto" | "rtp" | "info"; duration?: number }): Promise<void>;
  /** Puts the other side through, to an address or to the other side of another call. Resolves when it worked. */
  transfer(target: string | Call): Promise<void>;
  /**
   * Calls whom a `transfer_request` asks for; this call ends when they have answered. The gateway asks pages with
   * "transfer" among their features, and does it itself for others.
   */
  follow(wish: Events["transfer_request"], options?: CallOptions): Call;
  /** Stays in this call instead. */
  rejectTransfer(wish: Events["transfer_request"]): Promise<Replies["transfer_reject"]>;
  info(contentType: string, body: string): Promise<Replies["info"]>;
  message(body: string, contentType?: string): Promise<Replies["message"]>;
  /** Finds a new way for the media. */
  restartIce(): void;
}
