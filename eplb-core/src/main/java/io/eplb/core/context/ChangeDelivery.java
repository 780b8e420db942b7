package io.eplb.core.context;

import io.eplb.core.foreign.ForeignFailure;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The delivery of publications to listeners, in their order, by one thread at a time; no thread
 * waits.
 *
 * <p>Every writer first links its publication to its predecessor, then announces it. The first
 * writer to announce follows the links and tells the listeners; writers that announce meanwhile
 * leave that to it. A missing link belongs to a writer that has not announced yet; when it does,
 * the chain is followed again, so every publication is told. Example:
 *
 * <pre>
 *   A publishes 8, links 7→8, announces (0→1), begins to tell 8
 *   B publishes 9, links 8→9, announces (1→2) and returns
 *   A follows 8→9, tells 9, takes its announcements back (2→1, then 1→0) and returns
 * </pre>
 */
final class ChangeDelivery {
  private static final Logger LOG = LoggerFactory.getLogger(ChangeDelivery.class);

  /** Announcements that the telling thread has not answered yet; 0 if no thread is telling. */
  private final AtomicInteger announced = new AtomicInteger();

  /** The last publication told of; handed from thread to thread through {@link #announced}. */
  private Publication told;

  ChangeDelivery(Publication first) {
    this.told = first;
  }

  /** Tells all publications not told yet, or leaves them to the thread that is telling. */
  void announce() {
    if (announced.getAndIncrement() != 0) {
      return;
    }
    VirtualMachineError fatal = null;
    int answered = 1;
    while (answered != 0) {
      for (Publication next = told.next(); next != null; next = next.next()) {
        told = next;
        VirtualMachineError thrown = tell(next);
        fatal = fatal == null ? thrown : fatal;
      }
      answered = announced.addAndGet(-answered);
    }
    if (fatal != null) {
      throw fatal;
    }
  }

  /** Tells all listeners of one publication; returns the last fatal error of a listener. */
  private static @Nullable VirtualMachineError tell(Publication publication) {
    TableChange change = publication.change();
    VirtualMachineError fatal = null;
    if (change != null) {
      for (TableListener listener : publication.listeners()) {
        try {
          tell(listener, change);
        } catch (VirtualMachineError error) {
          fatal = error;
        }
      }
    }
    return fatal;
  }

  @SuppressWarnings("CatchingUnchecked") // A listener's fault must not reach the writer.
  private static void tell(TableListener listener, TableChange change) {
    try {
      listener.tableChanged(change);
    } catch (VirtualMachineError fatal) {
      throw fatal;
    } catch (Throwable thrown) {
      // A copy: the failure's own methods may fail when it is logged.
      LOG.warn(
          "a listener failed on the update to version {}; the update stands",
          change.after().version(),
          ForeignFailure.of(thrown));
    }
  }
}
