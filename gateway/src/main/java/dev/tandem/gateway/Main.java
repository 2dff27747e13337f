package dev.tandem.gateway;

/** Starts the gateway from the command line. */
public final class Main {
  private Main() {}

  public static void main(String[] args) {}
}
