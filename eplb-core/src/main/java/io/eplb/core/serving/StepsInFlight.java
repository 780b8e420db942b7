package io.eplb.core.serving;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The steps that the ranks of a gate have begun and not ended: per rank a bit for each that is
 * announced, and the last one that has started. The gate decides which may begin.
 *
 * <p>Written by the ranks without locks, each in its own cache lines, and read by the thread that
 * closes the gate. A rank sets a bit before it reads the fence, and may clear it again: see the
 * package. Tests extend this class to act between two accesses. Example, for one rank:
 *
 * <pre>
 *   announce(8)            bits {7, 8}   last started 7
 *   start(8)               bits {7, 8}   last started 8
 *   remove(7): 7 has ended bits {8}      last started 8
 *   drained(fence 9)       false, true after remove(8)
 * </pre>
 */
class StepsInFlight {
  /** The most steps of one rank: one fewer than bits, so that a next one has a bit of its own. */
  static final int MOST = Long.SIZE - 1;

  /** Longs from rank to rank: two cache lines, since they are fetched in pairs. */
  private static final int STRIDE = 16;

  /** Beside a rank's bits: the last step that it has started. */
  private static final int STARTED = 1;

  /** Accesses {@link #words}; an atomic array would be one more object on the way. */
  private static final VarHandle WORDS = MethodHandles.arrayElementVarHandle(long[].class);

  private final int first;
  private final int end;

  /** Per rank, those before {@link #first} included, after one stride of padding. */
  private final long[] words;

  /** Creates it with nothing in flight on the ranks [{@code first}, {@code end}). */
  StepsInFlight(int first, int end, long nextStep) {
    this.first = first;
    this.end = end;
    this.words = new long[(end + 2) * STRIDE];
    for (int rank = first; rank < end; rank++) {
      words[base(rank) + STARTED] = nextStep - 1;
    }
  }

  private static int base(int rank) {
    return (rank + 1) * STRIDE;
  }

  private static long bit(long step) {
    return 1L << step;
  }

  /** Returns the last step that a rank has started. */
  long lastStarted(int rank) {
    return (long) WORDS.getAcquire(words, base(rank) + STARTED);
  }

  /** Returns the step that a rank begins next; for the rank itself. */
  long next(int rank) {
    return words[base(rank) + STARTED] + 1;
  }

  private long bits(int rank) {
    return (long) WORDS.getVolatile(words, base(rank));
  }

  /** Returns whether the bit that a step would set is that of an earlier one still in flight. */
  boolean hasNoRoomAfter(int rank, long step) {
    return (bits(rank) & bit(step + 1)) != 0;
  }

  /** Announces a step; it has not started yet. */
  void announce(int rank, long step) {
    int base = base(rank);
    long bit = bit(step);
    long before;
    do {
      before = (long) WORDS.getVolatile(words, base);
    } while (!WORDS.compareAndSet(words, base, before, before | bit));
  }

  /** Marks an announced step as started. */
  void start(int rank, long step) {
    WORDS.setRelease(words, base(rank) + STARTED, step);
  }

  /** Takes a step's announcement back, started or not; returns whether there was one. */
  boolean remove(int rank, long step) {
    int base = base(rank);
    long bit = bit(step);
    long before;
    do {
      before = (long) WORDS.getVolatile(words, base);
      if ((before & bit) == 0) {
        return false;
      }
    } while (!WORDS.compareAndSet(words, base, before, before & ~bit));
    return true;
  }

  /** Lets an absent rank go on with a step, as if it had ended all earlier ones. */
  void rejoin(int rank, long nextStep) {
    int base = base(rank);
    WORDS.setVolatile(words, base, 0L);
    WORDS.setVolatile(words, base + STARTED, nextStep - 1);
  }

  /** Returns the greatest step that a rank has started or may be about to start. */
  long lastAnnounced(AbsentRanks absent) {
    long last = -1;
    for (int rank = first; rank < end; rank++) {
      if (absent.contains(rank)) {
        continue;
      }
      int base = base(rank);
      long started;
      boolean next;
      do {
        started = (long) WORDS.getVolatile(words, base + STARTED);
        next = (bits(rank) & bit(started + 1)) != 0;
      } while (started != (long) WORDS.getVolatile(words, base + STARTED));
      last = Math.max(last, next ? started + 1 : started);
    }
    return last;
  }

  /** Returns whether a rank has started the step before a fence, and nothing is in flight. */
  boolean drained(int rank, long fence) {
    // In this order: a step announces itself before it counts as started.
    return lastStarted(rank) >= fence - 1 && bits(rank) == 0;
  }

  /** Returns the first step that a rank has not started, or not ended. */
  long endedBelow(int rank) {
    long started;
    long bits;
    do { // The bit of a step that starts meanwhile may be that of one which has ended.
      started = lastStarted(rank);
      bits = bits(rank);
    } while (started != lastStarted(rank));
    for (long step = Math.max(0, started - MOST + 1); step <= started; step++) {
      if ((bits & bit(step)) != 0) {
        return step;
      }
    }
    return started + 1;
  }
}
