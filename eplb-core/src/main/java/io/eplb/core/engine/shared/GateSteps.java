package io.eplb.core.engine.shared;

/**
 * The steps of a rank in the gate's memory: a bit for each that is announced and has not ended, and
 * the last one that has started. As in {@code io.eplb.core.serving}: a step is announced before the
 * engine looks at the gate's word, and may be taken back; the agent writes that word before it
 * looks for announced steps. All these accesses are in one order for both, so one of them sees the
 * other. Tests extend this class to act between two accesses.
 *
 * <pre>
 *   announce(8)            bits {7, 8}   last started 7
 *   start(8)               bits {7, 8}   last started 8
 *   remove(7): 7 has ended bits {8}      last started 8
 * </pre>
 */
class GateSteps {
  /** The most steps in flight: one fewer than bits, so that a next one has a bit of its own. */
  static final int MOST = Long.SIZE - 1;

  private static final int BITS = GateMemory.STEPS;
  private static final int STARTED = GateMemory.STEPS + Long.BYTES;

  private final GateMemory memory;

  GateSteps(GateMemory memory) {
    this.memory = memory;
  }

  private static long bit(long step) {
    return 1L << step;
  }

  /** Sets the next step, with nothing in flight. */
  void reset(long next) {
    memory.set(BITS, 0);
    memory.set(STARTED, next - 1);
  }

  /** Returns the last step that has started, −1 before the first. */
  long lastStarted() {
    return memory.get(STARTED);
  }

  /** Returns whether the bit that a step would set is that of an earlier one still in flight. */
  boolean hasNoRoomAfter(long step) {
    return (memory.get(BITS) & bit(step + 1)) != 0;
  }

  /** Announces a step; it has not started yet. */
  void announce(long step) {
    long before;
    do {
      before = memory.get(BITS);
    } while (!memory.replace(BITS, before, before | bit(step)));
  }

  /** Marks an announced step as started. */
  void start(long step) {
    memory.setRelease(STARTED, step);
  }

  /** Takes a step's announcement back, started or not; returns whether there was one. */
  boolean remove(long step) {
    long before;
    do {
      before = memory.get(BITS);
      if ((before & bit(step)) == 0) {
        return false;
      }
    } while (!memory.replace(BITS, before, before & ~bit(step)));
    return true;
  }

  boolean noneInFlight() {
    return memory.get(BITS) == 0;
  }

  /** Returns the first step that has not started and is not about to start. */
  long next() {
    long started;
    boolean announced;
    do {
      started = memory.get(STARTED);
      announced = (memory.get(BITS) & bit(started + 1)) != 0;
    } while (started != memory.get(STARTED));
    return announced ? started + 2 : started + 1;
  }

  /** Returns the first step that has not started, or has not ended. */
  long endedBelow() {
    long started;
    long bits;
    do { // The bit of a step that starts meanwhile may be that of one which has ended.
      started = lastStarted();
      bits = memory.get(BITS);
    } while (started != lastStarted());
    for (long step = Math.max(0, started - MOST + 1); step <= started; step++) {
      if ((bits & bit(step)) != 0) {
        return step;
      }
    }
    return started + 1;
  }
}
