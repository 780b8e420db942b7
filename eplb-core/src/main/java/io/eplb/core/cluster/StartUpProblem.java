package io.eplb.core.cluster;

import java.util.List;
import java.util.Optional;

/**
 * One reason why a group must not start.
 *
 * @param kind the kind of the problem
 * @param ranks the ranks that differ from the majority, or all concerned without one, ascending
 * @param layers the layers in which tables differ; empty for other kinds, and if the shapes differ
 * @param firstDifference the first slot in which tables differ, if the ranks concerned sent its row
 * @param message the fault, its place, and what would be right, in one line
 */
public record StartUpProblem(
    Kind kind,
    List<Integer> ranks,
    List<Integer> layers,
    Optional<SlotDifference> firstDifference,
    String message) {
  /** The kinds of problems. */
  public enum Kind {
    /** Ranks sent no statement before the time was up. */
    MISSING_RANK,
    /** Several members claim one rank. */
    DUPLICATE_RANK,
    /** Members disagree on the number of ranks. */
    WORLD_SIZE,
    /** Members disagree on the topology. */
    TOPOLOGY,
    /** Members disagree on the expert table. */
    TABLE,
    /** A member sent an unreadable statement, so it runs another program. */
    UNREADABLE,
    /** This member was late: the others had decided. */
    LATE
  }

  /** Copies the lists. */
  public StartUpProblem {
    ranks = List.copyOf(ranks);
    layers = List.copyOf(layers);
  }

  @Override
  public String toString() {
    return message;
  }
}
