package io.eplb.core.runtime;

import io.eplb.api.ExpertTable;
import io.eplb.api.Placement;
import io.eplb.core.balance.PlanMeasure;
import java.util.Arrays;

/** Keeps the layers of a plan that are worth their transfers. */
final class BenefitGate {
  private BenefitGate() {}

  /**
   * The layers that are worth their transfers, and their expected worth.
   *
   * @param layers the layers to change, in their order in the plan
   * @param dropped the number of layers that are not worth it
   * @param saving tokens that the hottest ranks of the kept layers save over the coming interval
   * @param price tokens that the transfers of the kept layers cost
   */
  @SuppressWarnings("ArrayRecordComponent") // Handed over within this package, never compared.
  record Verdict(int[] layers, int dropped, double saving, double price) {}

  /**
   * Judges layers one by one. Example: with a price of 100 tokens per expert, a layer whose hottest
   * rank goes from 1,000 to 700 tokens and whose busiest receiver receives 2 experts saves 300 for
   * 200 and is kept.
   *
   * @param layers the layers that differ
   * @param measure the worth of their change under the load expected over the coming interval
   */
  static Verdict judge(
      BenefitSettings settings,
      ExpertTable current,
      ExpertTable next,
      int[] layers,
      PlanMeasure measure) {
    int[] before = new int[current.physicalExperts()];
    int[] after = new int[current.physicalExperts()];
    int[] heldBy = new int[current.experts()];
    int[] kept = new int[layers.length];
    int count = 0;
    double saving = 0.0;
    double price = 0.0;
    for (int layer : layers) {
      current.copyLayer(layer, before, 0);
      next.copyLayer(layer, after, 0);
      double saved = measure.saving(layer);
      double paid =
          settings.tokensPerExpert() * mostReceived(before, after, current.ranks(), heldBy);
      if (saved > paid && saved >= settings.leastSaving() * measure.peakBefore(layer)) {
        kept[count++] = layer;
        saving += saved;
        price += paid;
      }
    }
    return new Verdict(Arrays.copyOf(kept, count), layers.length - count, saving, price);
  }

  /**
   * Counts the experts that the busiest receiver holds after and did not hold before.
   *
   * @param heldBy scratch, one per expert
   */
  static int mostReceived(int[] before, int[] after, int ranks, int[] heldBy) {
    Arrays.fill(heldBy, 0);
    int slots = before.length / ranks;
    int most = 0;
    for (int rank = 0; rank < ranks; rank++) {
      for (int slot = rank * slots; slot < (rank + 1) * slots; slot++) {
        if (before[slot] != Placement.EMPTY) {
          heldBy[before[slot]] = rank + 1;
        }
      }
      int received = 0;
      for (int slot = rank * slots; slot < (rank + 1) * slots; slot++) {
        if (after[slot] != Placement.EMPTY && heldBy[after[slot]] != rank + 1) {
          heldBy[after[slot]] = rank + 1;
          received++;
        }
      }
      most = Math.max(most, received);
    }
    return most;
  }
}
