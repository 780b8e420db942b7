package io.eplb.core.serving;

import io.eplb.api.ExpertTable;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Gives every step the table that it runs with. */
public final class StepGate {
  /** The most steps of one rank that may be in flight. */
  public static final int MAX_IN_FLIGHT = 64;

  private final ExpertTable initial;

  /** Opens with a table; deadlines are read off the system's clock. */
  public StepGate(ExpertTable initial) {
    this(initial, System::nanoTime);
  }

  /** As {@link #StepGate(ExpertTable)}, with a clock in nanoseconds. */
  public StepGate(ExpertTable initial, LongSupplier nanoTime) {
    this.initial = initial;
    nanoTime.getAsLong();
  }

  /** Begins a step; waits only while the gate is closed for it. */
  public ExpertTable begin(int rank, long step) throws InterruptedException {
    throw new UnsupportedOperationException(rank + ", " + step);
  }

  /** Begins a step, or returns null if the gate is closed for it. */
  public @Nullable ExpertTable tryBegin(int rank, long step) {
    throw new UnsupportedOperationException(rank + ", " + step);
  }

  /** Ends a step that was begun. */
  public void end(int rank, long step) {
    throw new UnsupportedOperationException(rank + ", " + step);
  }

  /** Returns the table that serves: the old one until the gate has opened with the new one. */
  public ExpertTable current() {
    return initial;
  }
}
