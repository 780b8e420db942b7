package io.eplb.core.context;

import io.eplb.core.foreign.ForeignFailure;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells listeners of publications in their order, one thread at a time, without making any thread
 * wait.
 *
 * <p>Every writer first links its publication to its predecessor, then announces it. The first to
 * announce follows the links and tells as far as they lead; those who announce meanwhile leave the
 * telling to it. A link that is missing belongs to a writer that has not announced yet, so the
 * chain is followed again when it does: nothing is left untold.
 */
final class ChangeDelivery {
  private static final Logger LOG = LoggerFactory.getLogger(ChangeDelivery.class);

  /** Announcements that the telling thread has not answered yet; 0 if nobody is telling. */
  private final AtomicInteger announced = new AtomicInteger();

  /** The last publication told of; handed from thread to thread through {@link #announced}. */
  private Publication told;

  ChangeDelivery(Publication first) {
    this.told = first;
  }

  /** Tells what there is to tell, or leaves it to the thread that is at it. */
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

  /** Tells all listeners of one publication; returns what says that the machine is broken. */
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
