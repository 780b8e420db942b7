package io.eplb.core.engine.shared;

/**
 * The word that decides whether a step may begin, the only one that engine and agent both write, by
 * compare-and-set. Kernel. From the high bits to the low ones:
 *
 * <pre>
 *   44 bits  fence: the first step that is held up; {@link #NO_FENCE} when the gate is open, 0 when
 *            no step may begin
 *   16 bits  starts: how often the engine has started, modulo 65,536; so an agent of an earlier
 *            start changes nothing
 *    4 bits  phase
 * </pre>
 */
final class GateWord {
  /** No table yet: the agent has to give one. */
  static final int STARTING = 0;

  /** The engine loads the experts of the table that it was given. */
  static final int LOADING = 1;

  static final int OPEN = 2;
  static final int PROMISED = 3;
  static final int COMMITTED = 4;
  static final int BROKEN_BY_ENGINE = 5;
  static final int BROKEN_BY_AGENT = 6;

  /** Above all steps. */
  static final long NO_FENCE = (1L << 44) - 1;

  private static final int PHASE_BITS = 4;
  private static final int STARTS_BITS = 16;

  private GateWord() {}

  /** Returns the word of a phase and a fence, with the starts of another word. */
  static long of(int phase, long fence, long sameStarts) {
    return fence << (PHASE_BITS + STARTS_BITS) | (long) starts(sameStarts) << PHASE_BITS | phase;
  }

  /** Returns the word of an engine that has started once more. */
  static long restarted(long before) {
    return (long) (starts(before) + 1 & 0xFFFF) << PHASE_BITS | STARTING;
  }

  static long fence(long word) {
    return word >>> (PHASE_BITS + STARTS_BITS);
  }

  static int phase(long word) {
    return (int) word & 0xF;
  }

  static int starts(long word) {
    return (int) (word >>> PHASE_BITS) & 0xFFFF;
  }
}
