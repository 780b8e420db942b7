package io.eplb.core.cluster;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * A candidate and its leadership in the eyes of an election, for implementations of {@link
 * RankGroup}.
 */
public final class Standing implements Leadership {
  private final long id;
  private final String address;
  private final CompletableFuture<Leadership> elected = new CompletableFuture<>();
  private final CompletableFuture<Void> lost = new CompletableFuture<>();

  /** Written before it is elected. */
  private volatile long epoch;

  /**
   * Creates a candidate.
   *
   * @param id a number that no other candidate of the group has
   * @param address where others reach it
   */
  public Standing(long id, String address) {
    this.id = id;
    this.address = address;
  }

  /** Returns a number that no other candidate of the group has. */
  public long id() {
    return id;
  }

  /** Returns where others reach it. */
  public String address() {
    return address;
  }

  /** Returns the leadership, as {@link Candidate#elected} does. */
  public CompletionStage<Leadership> elected() {
    return elected.minimalCompletionStage();
  }

  /** Makes it the leader of an epoch. */
  public void elect(long ofEpoch) {
    epoch = ofEpoch;
    elected.complete(this);
  }

  /** Makes it lose, elected or not. */
  public void lose(String reason) {
    elected.completeExceptionally(new GroupUnavailableException(reason));
    lost.complete(null);
  }

  /** Returns the epoch; 0 before it is elected. */
  @Override
  public long epoch() {
    return epoch;
  }

  @Override
  public CompletionStage<Void> lost() {
    return lost.minimalCompletionStage();
  }
}
