package dev.tandem.gateway.browser;

/** What a tab can hear. */
enum Sound {
  /** The other side's microphone. */
  VOICE {
    @Override
    boolean is(Heard heard) {
      return heard.flows() && heard.energy() > 0;
    }
  },

  /** A muted microphone: packets go on, and carry silence. */
  MUTED {
    @Override
    boolean is(Heard heard) {
      return heard.flows() && heard.isSilent();
    }
  },

  /** Silence, with packets or without: being held, RFC 3264 leaves that to the other side. */
  SILENCE {
    @Override
    boolean is(Heard heard) {
      return heard.isSilent();
    }
  },

  /** Nobody sends. */
  NOTHING {
    @Override
    boolean is(Heard heard) {
      return heard.hasStopped() && heard.isSilent();
    }
  };

  abstract boolean is(Heard heard);
}
