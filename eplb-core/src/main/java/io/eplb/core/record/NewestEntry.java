package io.eplb.core.record;

import io.eplb.core.foreign.ForeignFailure;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The newest entry that a process knows, and the listeners that hear of each newer one. It never
 * goes back, whatever order entries are offered in. Thread-safe; no thread waits for a listener.
 */
public final class NewestEntry {
  private static final Logger LOG = LoggerFactory.getLogger(NewestEntry.class);

  private final List<Listener> listeners = new CopyOnWriteArrayList<>();

  /** Written under the lock of this. */
  private volatile RecordEntry newest;

  /** Starts with an entry. */
  public NewestEntry(RecordEntry first) {
    newest = first;
  }

  /** Returns the newest entry. */
  public RecordEntry get() {
    return newest;
  }

  /** Takes an entry, and tells the listeners if it is newer than all before. */
  public void offer(RecordEntry entry) {
    synchronized (this) {
      if (!entry.isNewerThan(newest)) {
        return;
      }
      newest = entry;
    }
    listeners.forEach(Listener::announce);
  }

  /** Calls a listener as {@link CommitRecord#watch} says. */
  public CommitRecord.Watch watch(Consumer<RecordEntry> listener) {
    Listener added = new Listener(listener);
    listeners.add(added);
    added.announce(); // an entry may have come before the listener was added
    return () -> {
      added.ended = true;
      listeners.remove(added);
    };
  }

  /** Ends all watches. */
  public void close() {
    listeners.forEach(listener -> listener.ended = true);
    listeners.clear();
  }

  /** A listener; one thread at a time tells it, for those that announce meanwhile too. */
  private final class Listener {
    private final Consumer<RecordEntry> consumer;
    private final AtomicInteger announced = new AtomicInteger();

    /** Handed from thread to thread through {@link #announced}. */
    private RecordEntry told = newest;

    private volatile boolean ended;

    Listener(Consumer<RecordEntry> consumer) {
      this.consumer = consumer;
    }

    void announce() {
      if (announced.getAndIncrement() != 0) {
        return;
      }
      int answered = 1;
      while (answered != 0) {
        RecordEntry entry = newest;
        if (entry.isNewerThan(told) && !ended) {
          told = entry;
          tell(entry);
        }
        answered = announced.addAndGet(-answered);
      }
    }

    @SuppressWarnings("CatchingUnchecked") // A listener's fault must not reach who offers an entry.
    private void tell(RecordEntry entry) {
      try {
        consumer.accept(entry);
      } catch (Throwable thrown) {
        // A copy: the failure's own methods may fail when it is logged.
        LOG.warn("a listener failed on {}; the record stands", entry, ForeignFailure.of(thrown));
      }
    }
  }
}
