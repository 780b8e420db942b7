package io.eplb.policies.ascend;

import io.eplb.policies.kernel.HolderLists;
import io.eplb.policies.kernel.RankCapacity;
import java.util.Arrays;

/**
 * The links of a layer. Each is an ordered pair of ranks and may carry one expert per layer. A rank
 * can receive some experts if each has a rank of its own to come from, among those that hold it in
 * the row in force: a matching of experts with ranks, found by Kuhn's augmenting paths.
 *
 * <p>Example: a rank receives experts 7 and 8. If rank 1 holds both and rank 2 holds 7, then 8
 * comes from rank 1 and 7 from rank 2. If only rank 1 holds them, the rank can receive one of them.
 *
 * <p>Scratch of one worker.
 */
final class TransferLinks {
  private static final int NONE = -1;

  private final RowChange change;
  private final RankCapacity capacity;
  private final int slots;

  /** The ranks of a domain: an expert may move between ranks of equal {@code rank / span}. */
  private final int span;

  /** The expert that a rank sends; valid if stamped in this call. */
  private final int[] sends;

  private final int[] sendsStamp;
  private final int[] visitedStamp;
  private int stamp;

  TransferLinks(RowChange change, RankCapacity capacity, int span) {
    this.change = change;
    this.capacity = capacity;
    this.slots = capacity.slots;
    this.span = span;
    sends = new int[capacity.ranks];
    sendsStamp = new int[capacity.ranks];
    visitedStamp = new int[capacity.ranks];
  }

  /** Returns whether a rank can receive what it receives in the row so far. */
  boolean suffice(int rank) {
    return suffice(rank, NONE, NONE);
  }

  /**
   * Returns whether a rank can receive what it receives in the row so far, and one expert more.
   *
   * @param leaves an expert that it then does not receive any more; −1 for none
   * @param comes an expert that it did not hold in the row in force; −1 for none
   */
  boolean suffice(int rank, int leaves, int comes) {
    if (stamp > Integer.MAX_VALUE / 2) {
      Arrays.fill(sendsStamp, 0);
      Arrays.fill(visitedStamp, 0);
      stamp = 0;
    }
    int assigned = ++stamp;
    int end = capacity.end(rank);
    for (int slot = rank * slots; change.received(rank) > 0 && slot < end; slot++) {
      int expert = change.expertAt(slot);
      if (expert != leaves
          && !change.heldBefore(rank, expert)
          && change.isFirst(slot)
          && !assign(rank, expert, assigned, ++stamp)) {
        return false;
      }
    }
    return comes == NONE || assign(rank, comes, assigned, ++stamp);
  }

  /**
   * Finds a sender for an expert, moving others to other senders where needed; the depth is at most
   * the number of ranks that hold a received expert.
   */
  private boolean assign(int rank, int expert, int assigned, int visit) {
    HolderLists holders = change.heldBefore();
    for (int slot = holders.first(expert); slot != HolderLists.NONE; slot = holders.next(slot)) {
      int sender = slot / slots;
      if (sender / span != rank / span || visitedStamp[sender] == visit) {
        continue;
      }
      visitedStamp[sender] = visit;
      if (sendsStamp[sender] != assigned || assign(rank, sends[sender], assigned, visit)) {
        sendsStamp[sender] = assigned;
        sends[sender] = expert;
        return true;
      }
    }
    return false;
  }
}
