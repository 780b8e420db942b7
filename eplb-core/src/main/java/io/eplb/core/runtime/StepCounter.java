package io.eplb.core.runtime;

import java.util.BitSet;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * The steps that ranks have ended. Called by serving threads: two uncontended additions, no lock,
 * no allocation.
 *
 * <p>A rank that reaches a target calls back, once per target. The callback asks for the counts:
 * those of the rank that has ended the fewest steps, or the most. One thread sets the targets.
 */
final class StepCounter {
  /** A target that is never reached. */
  static final long NEVER = Long.MAX_VALUE;

  /** Longs between two ranks' counts: two cache lines, since processors fetch them in pairs. */
  private static final int STRIDE = 16;

  private final int ranks;
  private final Runnable targetReached;

  /** Per rank, after one stride of padding: all steps, then those of the phase that counts. */
  private final AtomicLongArray counts;

  /** The ranks that are not waited for; replaced as a whole. */
  private volatile BitSet excluded = new BitSet();

  private volatile long allTarget = NEVER;
  private volatile long phaseTarget = NEVER;

  /**
   * Starts at zero.
   *
   * @param ranks 1 or more
   * @param targetReached run by the serving thread that reaches a target, so it has to be quick
   */
  StepCounter(int ranks, Runnable targetReached) {
    this.ranks = ranks;
    this.targetReached = targetReached;
    this.counts = new AtomicLongArray(Math.multiplyExact(ranks + 2, STRIDE));
  }

  /** Counts a step that a rank has ended. */
  void ended(int rank, boolean ofPhase) {
    int at = (rank + 1) * STRIDE;
    boolean reached = counts.incrementAndGet(at) == allTarget;
    if (ofPhase && counts.incrementAndGet(at + 1) == phaseTarget) {
      reached = true;
    }
    if (reached) {
      targetReached.run();
    }
  }

  /** Counts several steps that a rank has ended; called by one thread for a rank. */
  void ended(int rank, long all, long ofPhase) {
    int at = (rank + 1) * STRIDE;
    boolean reached = add(at, all, allTarget);
    reached |= add(at + 1, ofPhase, phaseTarget);
    if (reached) {
      targetReached.run();
    }
  }

  /** Adds to a count; returns whether it has reached a target by that. */
  private boolean add(int at, long more, long target) {
    long after = counts.addAndGet(at, more);
    return after >= target && after - more < target;
  }

  /** Returns the steps that every rank has ended. */
  long all() {
    return fewest(0);
  }

  /** Returns the steps of the phase that counts that every rank has ended. */
  long ofPhase() {
    return fewest(1);
  }

  /** Returns the steps that the fastest rank has ended. */
  long fastest() {
    long most = 0;
    BitSet left = excluded;
    for (int rank = 0; rank < ranks; rank++) {
      most = left.get(rank) ? most : Math.max(most, endedBy(rank));
    }
    return most;
  }

  /** Returns the steps that a rank has ended. */
  long endedBy(int rank) {
    return counts.get((rank + 1) * STRIDE);
  }

  private long fewest(int which) {
    return fewest(which, 0);
  }

  private long fewest(int which, long ofNone) {
    long fewest = Long.MAX_VALUE;
    BitSet left = excluded;
    for (int rank = 0; rank < ranks; rank++) {
      if (!left.get(rank)) {
        fewest = Math.min(fewest, counts.get((rank + 1) * STRIDE + which));
      }
    }
    return fewest == Long.MAX_VALUE ? ofNone : fewest;
  }

  /** Leaves a rank out of the counts of all ranks, since it has failed. */
  void exclude(int rank) {
    BitSet more = (BitSet) excluded.clone();
    more.set(rank);
    excluded = more;
  }

  /** Returns whether a rank is left out. */
  boolean isExcluded(int rank) {
    return excluded.get(rank);
  }

  /**
   * Counts a rank again, as if it had ended as many steps as the others; as many as before if there
   * are no others. Does nothing if it is.
   */
  void include(int rank) {
    if (!excluded.get(rank)) {
      return;
    }
    for (int which = 0; which < 2; which++) {
      int at = (rank + 1) * STRIDE + which;
      counts.addAndGet(at, fewest(which, counts.get(at)) - counts.get(at));
    }
    BitSet fewer = (BitSet) excluded.clone();
    fewer.clear(rank);
    excluded = fewer;
  }

  /**
   * Sets both targets. The caller then asks for the counts itself: a rank that passed a target
   * before it was set does not report it.
   */
  void setTargets(long all, long ofPhase) {
    allTarget = all;
    phaseTarget = ofPhase;
  }
}
