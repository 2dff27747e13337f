package dev.tandem.gateway.json;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tandem.gateway.message.Messenger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What the sender of a message hears: the reply, and {@code message_status} when the message had to
 * wait. While it waits only the session's id is kept, so that a session that has ended is
 * forgotten, and one that was resumed hears. Thread-safe.
 */
final class SentMessage implements Messenger.Outcome {
  private final String name = Session.token(12);
  private final String session;
  private final Function<String, @Nullable Session> sessions;
  private @Nullable Reply reply; // guarded by this; null once it is given
  private @Nullable ObjectNode early; // guarded by this; what became of it before the reply

  SentMessage(Session session, Function<String, @Nullable Session> sessions, Reply reply) {
    this.session = session.id();
    this.sessions = sessions;
    this.reply = reply;
  }

  @Override
  public synchronized void done(int status, String reason) {
    Reply answer = reply;
    reply = null;
    if (answer == null) {
      return;
    }
    if (status >= 300) {
      answer.fail(refusal(status, reason));
      return;
    }
    ObjectNode ok = answer.begin();
    if (status == 202) {
      ok.put("message", name);
    }
    answer.ok(ok.put("stored", status == 202));
    if (early != null) {
      tell(early);
    }
  }

  @Override
  public synchronized void later(int status, String reason) {
    ObjectNode event = Frames.of("message_status").put("message", name);
    if (status < 300) {
      event.put("status", "delivered");
    } else {
      event.put("status", "failed").set("error", refusal(status, reason).toJson());
    }
    if (reply == null) {
      tell(event);
    } else {
      early = event;
    }
  }

  private void tell(ObjectNode event) {
    Session known = sessions.apply(session);
    if (known != null) {
      known.send(event);
    }
  }

  private static Refusal refusal(int status, String reason) {
    return Refusal.sip(status, Texts.shortened(reason, 200));
  }
}
