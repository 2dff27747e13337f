package dev.tandem.sip.stack;

import dev.tandem.sip.time.Timers;
import dev.tandem.sip.transport.Transport;
import gov.nist.javax.sip.SipStackImpl;
import gov.nist.javax.sip.stack.MessageProcessor;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TooManyListenersException;
import java.util.concurrent.atomic.AtomicLong;
import javax.sip.DialogTerminatedEvent;
import javax.sip.IOExceptionEvent;
import javax.sip.ListeningPoint;
import javax.sip.RequestEvent;
import javax.sip.ResponseEvent;
import javax.sip.SipException;
import javax.sip.SipListener;
import javax.sip.SipProvider;
import javax.sip.TimeoutEvent;
import javax.sip.TransactionTerminatedEvent;

/**
 * The JAIN-SIP stack with everything replaced that we do ourselves: sockets (flows), timers,
 * dialogs (off) and the event thread (stopped; events come straight from the transactions).
 */
final class JainStack extends SipStackImpl {
  private static final AtomicLong instances = new AtomicLong();
  private static final MessageProcessor[] NONE = {};

  private final Map<Transport, FlowProcessor> processors = new EnumMap<>(Transport.class);
  private final Timers timers;
  private final LingeringTransactions lingering;
  private volatile boolean ended;

  private JainStack(Timers timers) throws SipException {
    super(properties());
    this.timers = timers;
    this.lingering = new LingeringTransactions(timers);
    SipProvider provider = null;
    try {
      for (Transport transport : Transport.values()) {
        ListeningPoint point =
            createListeningPoint("127.0.0.1", transport.defaultPort(), transport.name());
        if (provider == null) {
          provider = createSipProvider(point);
          provider.addSipListener(new Deaf());
        } else {
          provider.addListeningPoint(point);
        }
        processors.put(
            transport,
            (FlowProcessor) ((gov.nist.javax.sip.ListeningPointImpl) point).getMessageProcessor());
      }
    } catch (TooManyListenersException | javax.sip.InvalidArgumentException e) {
      throw new SipException("JAIN-SIP refuses its own listening point", e);
    }
  }

  static JainStack create(Timers timers) throws SipException {
    synchronized (instances) {
      Set<Thread> before = eventThreads();
      JainStack stack = new JainStack(timers);
      stack.getEventScanner().forceStop();
      for (Thread thread : eventThreads()) {
        if (!before.contains(thread)) {
          thread.interrupt();
        }
      }
      return stack;
    }
  }

  /** The stack starts a thread to hand out events, keeps no reference to it and never ends it. */
  private static Set<Thread> eventThreads() {
    Thread[] threads = new Thread[Thread.activeCount() + 64];
    int count = Thread.enumerate(threads);
    Set<Thread> found = new HashSet<>();
    for (int i = 0; i < count; i++) {
      if (threads[i].getName().equals("EventScannerThread")) {
        found.add(threads[i]);
      }
    }
    return found;
  }

  FlowProcessor processor(Transport transport) {
    FlowProcessor processor = processors.get(transport);
    if (processor == null) {
      throw new IllegalStateException("no processor for " + transport);
    }
    return processor;
  }

  /** As {@link Timers#schedule}, until the stack's end. */
  Timers.Timer schedule(Duration delay, Runnable task) {
    return timers.schedule(
        delay,
        () -> {
          if (!ended) {
            task.run();
          }
        });
  }

  /** Of the transactions over UDP that have left. */
  LingeringTransactions lingering() {
    return lingering;
  }

  /** Instead of {@code addTransaction}, which enters a server's transaction by its branch alone. */
  void enter(ServerTransaction transaction) {
    serverTransactionTable.putIfAbsent(transaction.getTransactionId(), transaction);
  }

  /** Takes it out at once, if it is the one that is entered; nobody is told. */
  void leave(ServerTransaction transaction) {
    serverTransactionTable.remove(transaction.getTransactionId(), transaction);
  }

  /** As for servers. A later request with the same branch never takes its place. */
  void leave(ClientTransaction transaction) {
    clientTransactionTable.remove(transaction.getTransactionId(), transaction);
  }

  /**
   * Instead of {@link #stop()}, which sleeps a second and shuts an executor that other stacks of
   * this JVM share.
   */
  void end() {
    ended = true;
  }

  /** Asked for at every send, to find out whether we talk to ourselves; we never do. */
  @Override
  protected MessageProcessor[] getMessageProcessors() {
    return NONE;
  }

  private static Properties properties() {
    Properties p = new Properties();
    p.setProperty("javax.sip.STACK_NAME", "tandem-" + instances.incrementAndGet());
    p.setProperty("javax.sip.AUTOMATIC_DIALOG_SUPPORT", "off");
    String nist = "gov.nist.javax.sip.";
    p.setProperty(nist + "AUTOMATIC_DIALOG_ERROR_HANDLING", "false");
    p.setProperty(nist + "MESSAGE_PROCESSOR_FACTORY", FlowProcessorFactory.class.getName());
    p.setProperty(nist + "STACK_LOGGER", Slf4jStackLogger.class.getName());
    p.setProperty(nist + "SERVER_LOGGER", SilentServerLogger.class.getName());
    p.setProperty(nist + "TIMER_CLASS_NAME", NoTimer.class.getName());
    p.setProperty(nist + "REENTRANT_LISTENER", "true");
    p.setProperty(nist + "CANCEL_CLIENT_TRANSACTION_CHECKED", "false");
    p.setProperty(nist + "PATCH_SIP_WEBSOCKETS_HEADERS", "false");
    // A 2xx ends the server transaction; what comes after it is the user agent's (RFC 6026).
    p.setProperty(nist + "LINGER_TIMER", "0");
    return p;
  }

  /** Required by JAIN-SIP; our users hear from their transactions. */
  private static final class Deaf implements SipListener {
    @Override
    public void processRequest(RequestEvent event) {}

    @Override
    public void processResponse(ResponseEvent event) {}

    @Override
    public void processTimeout(TimeoutEvent event) {}

    @Override
    public void processIOException(IOExceptionEvent event) {}

    @Override
    public void processTransactionTerminated(TransactionTerminatedEvent event) {}

    @Override
    public void processDialogTerminated(DialogTerminatedEvent event) {}
  }
}
