package io.eplb.core.update.promise;

import io.eplb.api.ExpertTable;
import io.eplb.core.record.SwitchName;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The gate of one rank's steps, as its agent uses it. Steps have the same numbers on all ranks; the
 * table of a step is chosen by its number. The engine may be another process that outlives the
 * agent: then the gate keeps its promise, and carries a committed change out by itself.
 *
 * <pre>
 *          promise(change, N)                  commit
 *   OPEN ─────────────────────▶ PROMISED(N) ───────────▶ COMMITTED(N)
 *    ▲                              │                         │ steps below N have ended:
 *    ├──────────────────────────────┘ withdraw                │ exchanges, new rows
 *    └────────────────────────────────────────────────────────┘ an exchange fails ──▶ BROKEN
 * </pre>
 *
 * <p>Invariants: a step below N runs with the old table, from N on with the new one. A step waits
 * only in PROMISED, if it is N or later, and in COMMITTED while earlier steps of its own rank end.
 * A broken gate lets no step begin.
 *
 * <p>Used by one thread, the agent's.
 */
public interface RankGate {
  /** Returns what the gate does at this instant. */
  Status status();

  /**
   * Returns the table that serves, and the open promise, both of one instant. An agent that has
   * restarted beside a living engine goes on from them.
   */
  View view();

  /**
   * Holds up steps from a fence on. At most one promise is open.
   *
   * @return false if the fence has begun: nothing has changed
   * @throws IllegalStateException if the gate is not open
   */
  boolean promise(Change change, long fence);

  /** Carries the promised change out between the last step below the fence and the fence. */
  void commit();

  /** Lets steps go on with the old table; the promise is void. */
  void withdraw();

  /** Lets no step begin any more. */
  void fail(String reason);

  /** The phases of a gate. */
  enum Phase {
    /** Steps begin. */
    OPEN,
    /** Steps begin below the fence. */
    PROMISED,
    /** As PROMISED; at the fence the change is carried out. */
    COMMITTED,
    /** No step begins. */
    BROKEN
  }

  /**
   * The state of a gate.
   *
   * @param phase the phase
   * @param version the version that the next step gets unless it is at the fence
   * @param nextStep the first step that has not begun
   * @param waiting whether that step has come to a promised fence and waits for the outcome
   * @param reason why the gate is broken, on one line; empty unless it is
   */
  record Status(Phase phase, long version, long nextStep, boolean waiting, String reason) {}

  /**
   * The table that a gate serves, and its promise.
   *
   * @param table the table that serves, with its version
   * @param pending the open promise; null without one
   */
  record View(ExpertTable table, @Nullable Pending pending) {}

  /**
   * An open promise.
   *
   * @param change the change
   * @param fence the first step of the new version
   * @param committed whether the change will be carried out at the fence
   */
  record Pending(Change change, long fence, boolean committed) {}

  /**
   * New rows, and the exchanges of this rank that make its memory agree with them.
   *
   * @param name the switch
   * @param version the version of the new table
   * @param layers its changed layers
   */
  record Change(SwitchName name, long version, List<LayerChange> layers) {
    /** Copies the list. */
    public Change {
      layers = List.copyOf(layers);
    }
  }

  /**
   * The change of one layer.
   *
   * @param layer the layer
   * @param row its new row
   * @param exchanges the exchanges of this rank, in their order
   */
  record LayerChange(int layer, LayerRow row, List<Preparation.Exchange> exchanges) {
    /** Copies the list. */
    public LayerChange {
      exchanges = List.copyOf(exchanges);
    }
  }
}
