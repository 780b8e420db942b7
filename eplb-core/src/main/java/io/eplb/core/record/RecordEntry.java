package io.eplb.core.record;

import io.eplb.core.argument.Require;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The content of the record: the table in force, and the last switch. Immutable. Its transitions
 * are here, so that every implementation of {@link CommitRecord} has the same:
 *
 * <pre>
 *   SETTLED ──propose──▶ PROPOSED ──commit──▶ SETTLED (version + 1)
 *                            └─────void─────▶ SETTLED (same version)
 *   takeOver: from any state, by a planner with a greater epoch; voids a proposed switch
 * </pre>
 *
 * @param epoch the epoch of the last planner that took the record over, 0 before the first
 * @param version the version of the table in force, 0 or more
 * @param fence the first step that runs with this version, 0 at the start; it grows with the
 *     version
 * @param digest the digest of the table in force, as {@link
 *     io.eplb.core.consistency.TableDigest#toText()}
 * @param state whether the last switch is decided
 * @param lastSwitch the last switch that was proposed; null before the first
 * @param committed whether the last switch was committed; false if it is undecided or void
 * @param layers the layers of the last switch, ascending, at most {@value #MAX_LAYERS}
 */
public record RecordEntry(
    long epoch,
    long version,
    long fence,
    String digest,
    State state,
    @Nullable SwitchName lastSwitch,
    boolean committed,
    List<Integer> layers) {
  /** The most layers of one switch; so an entry stays below 1 KB. */
  public static final int MAX_LAYERS = 64;

  /** The outcomes of a switch, as far as an entry tells them. */
  public enum Outcome {
    /** The entry does not tell: the switch is undecided, or the entry is older. */
    UNKNOWN,
    /** The switch was committed. */
    COMMITTED,
    /** The switch will never be committed. */
    VOID
  }

  /** Every transition makes a greater entry: by the planner, by the switch, or by its decision. */
  private static final Comparator<RecordEntry> ORDER =
      Comparator.comparingLong(RecordEntry::epoch)
          .thenComparing(
              RecordEntry::lastSwitch, Comparator.nullsFirst(Comparator.<SwitchName>naturalOrder()))
          .thenComparing(RecordEntry::state, Comparator.comparing(state -> state == State.SETTLED));

  /** The states of the record. */
  public enum State {
    /** No switch is undecided. */
    SETTLED,
    /** The last switch may still be committed, or be voided. */
    PROPOSED
  }

  /**
   * Copies the list.
   *
   * @throws io.eplb.api.InvalidInputException if a number is out of range, or the layers do not
   *     ascend
   */
  public RecordEntry {
    Require.inRange("the epoch", epoch, 0, Long.MAX_VALUE);
    Require.inRange("the version", version, 0, Long.MAX_VALUE);
    Require.inRange("the fence", fence, 0, Long.MAX_VALUE);
    Require.inRange("the number of layers of a switch", layers.size(), 0, MAX_LAYERS);
    layers = List.copyOf(layers);
    requireAscending(layers);
  }

  private static void requireAscending(List<Integer> layers) {
    int least = 0;
    for (int layer : layers) {
      least = Require.inRange("a layer of a switch", layer, least, Integer.MAX_VALUE - 1) + 1;
    }
  }

  /** Returns the entry of a record that was never written to. */
  public static RecordEntry first(long version, String digest) {
    return new RecordEntry(0, version, 0, digest, State.SETTLED, null, false, List.of());
  }

  /** Returns whether the last switch was this one, and was committed. */
  public boolean isCommitted(SwitchName name) {
    return committed && name.equals(lastSwitch);
  }

  /** Returns whether this entry came later than another one of the same record. */
  public boolean isNewerThan(RecordEntry other) {
    return ORDER.compare(this, other) > 0;
  }

  /** Returns whether a switch is proposed and undecided. */
  public boolean isProposed(SwitchName name) {
    return state == State.PROPOSED && name.equals(lastSwitch);
  }

  /**
   * Returns the outcome of a switch for a rank that has promised it. Until the rank knows it, it
   * promises no other switch, so none is committed and the version tells it.
   *
   * @param versionBefore the version that the switch starts from
   */
  public Outcome outcomeOf(SwitchName name, long versionBefore) {
    if (version > versionBefore) {
      return Outcome.COMMITTED;
    }
    boolean later = epoch > name.epoch() || (lastSwitch != null && lastSwitch.compareTo(name) > 0);
    return later || (state == State.SETTLED && name.equals(lastSwitch))
        ? Outcome.VOID
        : Outcome.UNKNOWN;
  }

  /**
   * Returns the entry after a planner has taken over: an undecided switch is void.
   *
   * @throws IllegalStateException unless the epoch is greater than that of the entry
   */
  public RecordEntry takenOver(long byEpoch) {
    if (byEpoch <= epoch) {
      throw new IllegalStateException(
          "the planner of epoch %d is deposed; the record is at epoch %d"
              .formatted(byEpoch, epoch));
    }
    return new RecordEntry(
        byEpoch, version, fence, digest, State.SETTLED, lastSwitch, isSettledCommit(), layers);
  }

  private boolean isSettledCommit() {
    return state == State.SETTLED && committed;
  }

  /**
   * Returns whether a switch may be proposed: it is of this epoch and newer than the last one. An
   * undecided one of the same planner is void by that: its proposal has come late, and the planner
   * has given it up.
   */
  public boolean mayPropose(SwitchName name) {
    return name.epoch() == epoch && (lastSwitch == null || name.compareTo(lastSwitch) > 0);
  }

  /**
   * Returns the entry with a proposed switch.
   *
   * @param changed the layers, 1 to {@value #MAX_LAYERS}
   * @throws IllegalStateException unless it {@linkplain #mayPropose may be proposed}
   * @throws io.eplb.api.InvalidInputException if there is no layer
   */
  public RecordEntry proposed(SwitchName name, List<Integer> changed) {
    Require.inRange("the number of layers of a switch", changed.size(), 1, MAX_LAYERS);
    if (!mayPropose(name)) {
      throw new IllegalStateException(name + " cannot be proposed; the record is at " + this);
    }
    return new RecordEntry(epoch, version, fence, digest, State.PROPOSED, name, false, changed);
  }

  /**
   * Returns the entry with a committed switch.
   *
   * @param from the first step of the new version, above the fence in force
   * @param newDigest the digest of the new table
   * @throws IllegalStateException unless the switch is proposed, and the fence grows
   */
  public RecordEntry committed(SwitchName name, long from, String newDigest) {
    if (!isProposed(name) || from <= fence) {
      throw new IllegalStateException(
          "%s cannot be committed from step %d on; the record is at %s"
              .formatted(name, from, this));
    }
    return new RecordEntry(epoch, version + 1, from, newDigest, State.SETTLED, name, true, layers);
  }

  /**
   * Returns the entry with a void switch.
   *
   * @throws IllegalStateException unless the switch is proposed
   */
  public RecordEntry voided(SwitchName name) {
    if (!isProposed(name)) {
      throw new IllegalStateException(name + " cannot be voided; the record is at " + this);
    }
    return new RecordEntry(epoch, version, fence, digest, State.SETTLED, name, false, layers);
  }
}
