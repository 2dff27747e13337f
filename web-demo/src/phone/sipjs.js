import {
  Inviter,
  Registerer,
  RegistererState,
  RequestPendingError,
  SIPExtension,
  SessionState,
  UserAgent,
  UserAgentState,
  Web,
} from "sip.js";
import { toSipUri } from "../address.js";
import { Call } from "./call.js";
import { takeBackOffer } from "./offer.js";
import { Phone, whyNoConnection } from "./phone.js";
import { PhoneError, cancelReason, inviteReason, registerReason } from "./reasons.js";
import { pause } from "./time.js";

/** SIP.js waits this long for ICE candidates before it sends an offer or answer; its own default is 5 s. */
const ICE_GATHERING_MS = 500;
const SIGN_IN_MS = 10_000;
const SIGN_OUT_MS = 2_000;

/** The phone on SIP.js. The contract is in phone.js and call.js. */
export class SipJsPhone extends Phone {
  #agent;
  #registerer;
  #retryTimer;
  #attempts = 0;
  #signedIn = false;

  async sendSignIn() {
    const { server, domain, user, password, displayName, iceServers } = this.settings;
    this.#agent = new UserAgent({
      uri: UserAgent.makeURI(toSipUri({ user, domain })),
      displayName: displayName ?? "",
      authorizationUsername: user,
      authorizationPassword: password,
      // What is played before the answer, SIP.js takes only from a response that it can acknowledge.
      sipExtension100rel: SIPExtension.Supported,
      transportOptions: { server, connectionTimeout: 5 },
      // Reconnecting is done here: the library's own attempts neither end with stop() nor know of "online" events.
      reconnectionAttempts: 0,
      logBuiltinEnabled: false,
      sessionDescriptionHandlerFactory: newDescriptionHandler,
      sessionDescriptionHandlerFactoryOptions: {
        iceGatheringTimeout: ICE_GATHERING_MS,
        peerConnectionConfiguration: { iceServers },
      },
      delegate: {
        onConnect: () => this.#signedIn && this.#registerAgain(),
        onDisconnect: (error) => this.#signedIn && error && this.#reconnectIn(0),
        onInvite: (invitation) => this.offer(SipJsCall.incoming(invitation)),
      },
    });
    try {
      await this.#agent.start().catch(async () => {
        throw new PhoneError(await whyNoConnection(server));
      });
      this.#registerer = this.#newRegisterer();
      await this.#register();
    } catch (error) {
      await this.sendSignOut();
      throw error;
    }
    this.#signedIn = true;
  }

  async sendSignOut() {
    this.#signedIn = false;
    clearTimeout(this.#retryTimer);
    if (this.#agent.state === UserAgentState.Started) {
      await Promise.race([this.#agent.stop().catch(() => undefined), pause(SIGN_OUT_MS)]);
    }
  }

  sendReconnect() {
    if (this.#agent.transport.isConnected()) {
      this.#agent.transport.disconnect().catch(() => undefined); // aborted by the new attempt
    }
    this.#reconnectIn(0);
  }

  sendProbe() {
    return this.#register();
  }

  newCall(peer) {
    return SipJsCall.outgoing(this.#agent, peer);
  }

  #newRegisterer() {
    const registerer = new Registerer(this.#agent, { expires: 600 });
    registerer.stateChange.addListener((state) => {
      // A refresh that failed: the registration is gone, though the connection stands.
      const failed = state === RegistererState.Unregistered && registerer === this.#registerer;
      if (failed && this.#signedIn && this.#agent.isConnected()) {
        this.moveTo("reconnecting");
        this.#reconnectIn(2_000);
      }
    });
    return registerer;
  }

  /** Resolves on 200. SIP.js stays silent about a 200 that it drops, hence the deadline. */
  #register() {
    return new Promise((resolve, reject) => {
      const deadline = setTimeout(() => reject(new PhoneError("registration")), SIGN_IN_MS);
      const settle = (done, value) => {
        clearTimeout(deadline);
        done(value);
      };
      const requestDelegate = {
        onAccept: () => settle(resolve),
        onReject: ({ message: { statusCode } }) =>
          settle(reject, new PhoneError(registerReason(statusCode), statusCode)),
      };
      this.#registerer.register({ requestDelegate }).catch((error) => settle(reject, error));
    });
  }

  async #registerAgain() {
    try {
      await this.#register().catch((error) => {
        if (!(error instanceof RequestPendingError)) {
          throw error;
        }
        // A REGISTER was lost with the old connection. SIP.js would wait half a minute for its answer; another
        // registerer does not, and its Contact is the same, which is how the gateway knows whose calls these are.
        this.#registerer = this.#newRegisterer();
        return this.#register();
      });
      this.#attempts = 0;
      this.moveTo("online");
    } catch (error) {
      if (error.reason === "credentials") {
        this.moveTo("offline", "credentials");
        await this.sendSignOut();
      } else if (this.#signedIn) {
        this.#reconnectIn(2_000);
      }
    }
  }

  /** Connects, or registers when connected; until it works. Delays double up to 8 s, spread by chance. */
  #reconnectIn(delay) {
    clearTimeout(this.#retryTimer);
    this.moveTo("reconnecting");
    this.#retryTimer = setTimeout(() => {
      if (this.#agent.isConnected()) {
        this.#registerAgain();
        return;
      }
      this.#agent.reconnect().catch(() => {
        if (this.#signedIn) {
          this.#attempts += 1;
          this.#reconnectIn(Math.min(8_000, 500 * 2 ** this.#attempts) * (0.75 + Math.random() / 2));
        }
      });
    }, delay);
  }
}

class SipJsCall extends Call {
  #session;
  /** An INVITE of ours that nobody has answered, not even with 100. */
  #unanswered;
  #agent;
  #rang = false;
  #ending;

  static outgoing(agent, peer) {
    const call = new SipJsCall("outgoing", peer);
    call.#agent = agent;
    return call;
  }

  static incoming(invitation) {
    const { uri, displayName } = invitation.remoteIdentity;
    const call = new SipJsCall("incoming", { user: uri.user ?? "", domain: uri.host, name: displayName });
    call.#follow(invitation);
    return call;
  }

  async sendInvite(microphone) {
    const target = UserAgent.makeURI(toSipUri(this.peer));
    const inviter = new Inviter(this.#agent, target, {
      earlyMedia: true,
      sessionDescriptionHandlerOptions: mediaOptions(microphone),
    });
    this.#follow(inviter);
    this.#unanswered = await inviter.invite({
      requestDelegate: {
        onTrying: () => (this.#unanswered = undefined),
        onProgress: ({ message }) => {
          if (message.statusCode >= 180) {
            this.#rang = true;
            this.moveTo("ringing");
          }
        },
        // SIP.js answers for a dead connection itself: 503, or 408 after half a minute.
        onReject: ({ message: { statusCode } }) =>
          (this.#ending ??= this.#agent.isConnected()
            ? [inviteReason(statusCode, this.#rang), statusCode]
            : ["connection"]),
        onRedirect: ({ message: { statusCode } }) => (this.#ending ??= ["failed", statusCode]),
      },
    });
  }

  async sendAnswer(microphone) {
    await this.#session.accept({ sessionDescriptionHandlerOptions: mediaOptions(microphone) });
  }

  sendReject(statusCode) {
    quietly(this.#session.reject({ statusCode }));
  }

  sendHangUp() {
    const session = this.#session;
    switch (session?.state) {
      case SessionState.Established:
        quietly(session.bye());
        break;
      case SessionState.Initial:
      case SessionState.Establishing:
        quietly(session instanceof Inviter ? session.cancel() : session.reject());
        break;
      default: // not yet there, or already over
    }
  }

  sendOffer({ hold, restartIce }) {
    // SIP.js answers the other side's re-INVITE by the options of our last one, also when that was refused.
    const answerLater = (agreed) => (this.#session.sessionDescriptionHandlerOptionsReInvite = { hold: agreed });
    return new Promise((resolve, reject) => {
      this.#session
        .invite({
          sessionDescriptionHandlerOptions: { hold, offerOptions: { iceRestart: restartIce } },
          requestDelegate: {
            onAccept: ({ message }) => {
              answerLater(hold);
              resolve(message.statusCode);
            },
            onReject: ({ message }) => {
              answerLater(this.localHold);
              resolve(message.statusCode);
            },
          },
        })
        .then((request) => (this.#unanswered = request))
        // Not sent at all: the other side's re-INVITE came first, while our offer was being made.
        .catch(() => takeBackOffer(this.peerConnection).then(() => resolve(491), reject));
      this.addEventListener("ended", () => reject(new PhoneError("hung-up")), { once: true });
    }).finally(() => (this.#unanswered = undefined));
  }

  /**
   * SIP.js does not mind that the connection breaks while its INVITE is unanswered, and takes the answer from the next
   * one; but it does not send again what was lost with the old one. If it was not lost, the gateway knows the branch
   * (RFC 3261 §17.2.3).
   */
  connectionChanged() {
    super.connectionChanged();
    if (this.connected && this.#unanswered) {
      quietly(this.#session.userAgent.transport.send(this.#unanswered.message.toString()));
    }
  }

  sendRefer(peer, second) {
    const target = second ? second.#session : UserAgent.makeURI(toSipUri(peer));
    return new Promise((resolve, reject) => {
      this.addEventListener("ended", () => reject(new PhoneError("hung-up")), { once: true });
      const options = {
        onNotify: (notification) => {
          quietly(notification.accept());
          const status = Number(/^SIP\/2\.0 (\d{3})/.exec(notification.request.body)?.[1]);
          if (status >= 200) {
            resolve(status);
          }
        },
        requestDelegate: { onReject: ({ message }) => resolve(message.statusCode) },
      };
      this.#session.refer(target, options).catch(reject);
    });
  }

  sendInfoTone(tone, duration) {
    const body = {
      contentDisposition: "render",
      contentType: "application/dtmf-relay",
      content: `Signal=${tone}\r\nDuration=${duration}`,
    };
    quietly(this.#session.info({ requestOptions: { body } }));
  }

  #follow(session) {
    this.#session = session;
    session.delegate = {
      onSessionDescriptionHandler: (handler) => this.adopt(handler.peerConnection),
      onBye: (bye) => {
        this.#ending ??= ["hung-up"];
        quietly(bye.accept());
      },
      onCancel: ({ request }) => (this.#ending ??= [cancelReason(request.getHeader("Reason"))]),
      onInfo: (info) => this.#receiveInfo(info),
    };
    session.stateChange.addListener((state) => {
      if (state === SessionState.Established) {
        this.moveTo("active");
      } else if (state === SessionState.Terminated) {
        // The library changes state before it tells why.
        queueMicrotask(() => this.finish(...(this.#ending ?? ["connection"])));
      }
    });
  }

  #receiveInfo(info) {
    const tone = /^Signal\s*=\s*([0-9A-D#*])/im.exec(info.request.body)?.[1];
    quietly(tone ? info.accept() : info.reject({ statusCode: 415 }));
    if (tone) {
      this.toneReceived(tone);
    }
  }
}

/** What SIP.js asks for a microphone: we opened it already, and hand it in with the options of the call. */
const givenMicrophone = (constraints, handler, options) => Promise.resolve(options.microphone);

const newBrowserHandler = Web.defaultSessionDescriptionHandlerFactory(givenMicrophone);

/** SIP.js would ask its handler to roll back after a refused re-INVITE; the one for browsers has no such method. */
function newDescriptionHandler(session, options) {
  const handler = newBrowserHandler(session, options);
  handler.rollbackDescription = () => takeBackOffer(handler.peerConnection);
  return handler;
}

const mediaOptions = (microphone) => ({ constraints: { audio: true, video: false }, microphone });

/** For requests whose failure changes nothing: the call is over, or goes on, either way. */
function quietly(promise) {
  Promise.resolve(promise).catch((error) => console.debug("SIP.js:", error.message));
}
