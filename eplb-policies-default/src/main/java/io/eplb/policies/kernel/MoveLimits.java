package io.eplb.policies.kernel;

/** Checks whole rows against a migration budget. */
public final class MoveLimits {
  private MoveLimits() {}

  /**
   * Returns whether the change from {@code current} to {@code planned} is within the budget. An
   * expert moves to a rank that holds it after and did not hold it before.
   *
   * @param current ranks × slots experts, rank by rank
   * @param planned likewise
   * @param slots slots of one rank
   * @param perLayer the most experts that may move, 0 = unlimited
   * @param perRank the most experts that one rank may receive, 0 = unlimited
   * @param stamps scratch per expert, of any content
   */
  public static boolean allow(
      int[] current, int[] planned, int slots, int perLayer, int perRank, int[] stamps) {
    if (perLayer == 0 && perRank == 0) {
      return true;
    }
    for (int expert = 0; expert < stamps.length; expert++) {
      stamps[expert] = -1;
    }
    int moved = 0;
    for (int from = 0; from < current.length; from += slots) {
      int received = 0;
      for (int slot = from; slot < from + slots; slot++) {
        stamps[current[slot]] = from;
      }
      for (int slot = from; slot < from + slots; slot++) {
        if (stamps[planned[slot]] != from) {
          stamps[planned[slot]] = from;
          received++;
        }
      }
      if (perRank > 0 && received > perRank) {
        return false;
      }
      moved += received;
    }
    return perLayer == 0 || moved <= perLayer;
  }
}
