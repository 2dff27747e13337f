package dev.tandem.gateway.config;

import dev.tandem.gateway.config.file.Section;
import dev.tandem.gateway.config.value.ConfigException;
import dev.tandem.gateway.config.value.Durations;
import dev.tandem.gateway.config.value.Texts;
import dev.tandem.gateway.config.value.UserPattern;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Users whom a PBX keeps: the gateway is its edge, passes their registrations on, and takes to it
 * what they call.
 *
 * @param users who they are
 * @param trunk the name of the PBX
 * @param mode how the PBX finds the way back to a device
 * @param challenge who answers when the PBX asks for a password
 * @param contact what the PBX sees as Contact in the mode {@link Mode#PATH}
 * @param expires what the PBX is asked for in the mode {@link Mode#CONTACT}
 * @param domain the PBX's own domain, if it is another than ours: the host of Request-URI, From and
 *     To of what goes there
 */
public record ForwardConfig(
    List<UserPattern> users,
    String trunk,
    Mode mode,
    Challenge challenge,
    Contact contact,
    Duration expires,
    @Nullable String domain) {

  /** How the PBX finds the way back. */
  public enum Mode {
    /** Each REGISTER is passed on with a Path (RFC 3327) that leads through the gateway. */
    PATH,
    /** The PBX sees a Contact of the gateway's for each device, and not every refresh. */
    CONTACT
  }

  /** Who answers the PBX's challenges. */
  public enum Challenge {
    /** The client: they are passed to it, and its answers back. */
    PASS,
    /** The gateway, with the user's configured password; it asks the client itself. */
    ANSWER
  }

  /** What the PBX sees in the mode of paths. */
  public enum Contact {
    /** One of the gateway's. */
    OWN,
    /** What the client sent, with a host that does not exist, and {@code transport=ws}. */
    CLIENT
  }

  public ForwardConfig {
    users = List.copyOf(users);
    if (users.isEmpty()) {
      throw new ConfigException(
          "registrar.forward[].users", "is empty, expected users such as alice or 60*");
    }
    Durations.requireBetween(
        "registrar.forward[].expires", expires, Duration.ofMinutes(1), Duration.ofDays(7));
  }

  static ForwardConfig read(Section section) {
    return new ForwardConfig(
        section.list("users", List.of(), UserPattern::parse),
        section.required("trunk", "pbx", Texts::name),
        section.value("mode", "path", text -> Texts.word(ForwardConfig.Mode.class, text)),
        section.value("challenge", "pass", text -> Texts.word(ForwardConfig.Challenge.class, text)),
        section.value("contact", "own", text -> Texts.word(ForwardConfig.Contact.class, text)),
        section.value("expires", "1h", Durations::parse),
        section.optional("domain", Texts::host));
  }

  /** Whether this user is among them. */
  public boolean isOf(String user) {
    return users.stream().anyMatch(pattern -> pattern.matches(user));
  }
}
