package io.eplb.api;

import java.util.List;

/**
 * A load-balancing policy: decides how many replicas each expert gets and on which rank each
 * replica lives.
 *
 * <p>Implementations are found by {@link java.util.ServiceLoader}: a public final class with a
 * public constructor without arguments, listed in {@code META-INF/services/io.eplb.api.EplbPolicy}.
 * A policy is selected by its {@linkplain #name() name}. It gets one instance per runtime, and all
 * methods of an instance are called by one thread at a time. {@link #name} and {@link
 * #rebalanceExperts} are all that a policy needs.
 *
 * <h2>Contract</h2>
 *
 * <p>What the core guarantees to a policy:
 *
 * <ul>
 *   <li><b>I1</b> the shapes of table, workload, topology and {@linkplain PolicyContext#ranks()
 *       ranks} agree, and a slot of the table is {@link Placement#EMPTY} exactly where its rank
 *       cannot use it;
 *   <li><b>I2</b> every load is finite and at least 0, and 0 on an EMPTY slot;
 *   <li><b>I3</b> every logical expert has at least one slot, on a rank that lives, in every layer
 *       of the table;
 *   <li><b>I4</b> nodes divide ranks and groups divide experts;
 *   <li><b>I5</b> every option is declared, of its type and in range.
 * </ul>
 *
 * <p>What a policy guarantees:
 *
 * <ul>
 *   <li><b>P1</b> an answer of the same shape;
 *   <li><b>P2</b> ids within 0…E−1 in every slot that its rank can use, EMPTY in every other;
 *   <li><b>P3</b> every logical expert placed at least once per layer, on a rank that lives;
 *   <li><b>P4</b> no rank holds two replicas of one expert, unless a rank can use more slots than
 *       there are {@linkplain EpTopology#expertsAvailablePerRank() experts to choose from};
 *   <li><b>P5</b> a layer that is not marked as changed equals the current one;
 *   <li><b>P6</b> no more experts move than the migration budget allows;
 *   <li><b>P7</b> the same input, options and seed give the same answer;
 *   <li><b>P8</b> an answer before the deadline;
 *   <li><b>P9</b> shares and sources, where it gives them, that fit the placement: an expert's
 *       shares sum to 1, and a source holds the expert it gives.
 * </ul>
 *
 * <p>A breach of P2–P6 or P9 in one layer rejects that layer, which keeps its current row; the
 * others go on. A null, an exception, a wrong shape (P1) or a late answer (P8) rejects the whole
 * plan. A layer that equals the current one, and for which the answer gives neither shares nor
 * sources, is never rejected. After acceptance the core aligns slots, so that an expert that stays
 * on its rank stays in its slot: policies need not care about slot order within a rank.
 *
 * <p>Everything that a policy throws is the policy's fault, with one exception: by an {@link
 * UnsupportedRequestException} it refuses what the user asks for.
 */
public interface EplbPolicy {
  /** The greatest length of a policy's name. */
  int MAX_NAME_LENGTH = 64;

  /**
   * Returns the name that selects this policy: {@code [a-z][a-z0-9-]*}, unique among the discovered
   * policies.
   */
  String name();

  /**
   * Returns the options this policy takes, in the order in which they are listed to people; by
   * default none.
   */
  default List<PolicyOption<?>> options() {
    return List.of();
  }

  /** Returns what the core has to know of this policy; by default {@link PolicyTraits#DEFAULT}. */
  default PolicyTraits traits() {
    return PolicyTraits.DEFAULT;
  }

  /**
   * Computes a new placement.
   *
   * @param currentExpertTable the table in force
   * @param expertWorkload what was measured under it
   * @param context topology, ranks, options, seed, deadline, budget and more
   * @return the answer; never null
   */
  Rebalance rebalanceExperts(
      ExpertTable currentExpertTable, ExpertWorkload expertWorkload, PolicyContext context);

  /**
   * Hears what became of one of the layers that an answer marked as changed. The ends of a plan are
   * told before the next call of {@link #rebalanceExperts} and before {@link #close}, never at the
   * same time as either. By default nothing is done.
   *
   * @param end the layer and what became of it
   */
  default void layerEnded(LayerEnd end) {}

  /** Releases what this instance holds; the last call that it gets. By default nothing is done. */
  default void close() {}
}
