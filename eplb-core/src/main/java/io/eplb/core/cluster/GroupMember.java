package io.eplb.core.cluster;

import io.eplb.api.InvalidInputException;
import java.time.Duration;

/** One member of a group. Thread-safe. */
public interface GroupMember extends AutoCloseable {
  /** The most bytes of one contribution. */
  int MAX_PAYLOAD_BYTES = 512 * 1024;

  /** Returns the number of this member, unique in the group, also among members of one rank. */
  long id();

  /** Returns the rank that this member claims. */
  int rank();

  /** Returns the number of ranks of the group, according to this member. */
  int worldSize();

  /**
   * Contributes to a gathering and waits for its outcome, the same for all members. It is decided
   * once: when every rank and every joined member has contributed, or else when the timeout of the
   * first waiting member is over. A later member gets the outcome that was decided without it.
   *
   * <p>The number of ranks is the greatest world size among the contributions. Example, with a
   * world size of 3 and a timeout of 10 s everywhere:
   *
   * <pre>
   *   0 s   rank 0 gathers "start" and waits
   *   4 s   rank 2 gathers "start" and waits
   *   10 s  rank 0's time is up: both get the contributions of ranks 0 and 2; rank 1 is missing
   *   12 s  rank 1 gathers "start" and gets the same outcome at once
   * </pre>
   *
   * @param gathering its name, new for every gathering and the same on every rank
   * @param payload the contribution, at most {@value #MAX_PAYLOAD_BYTES} bytes; copied
   * @param timeout the longest wait, 0 or more
   * @throws InvalidInputException if this member has contributed to that gathering before, has left
   *     or leaves meanwhile, or an argument is out of range
   * @throws InterruptedException if the calling thread is interrupted; its contribution stays
   */
  Gathered gather(String gathering, byte[] payload, Duration timeout) throws InterruptedException;

  /**
   * Leaves the group and takes back its contributions to undecided gatherings, so that a member
   * that joins in its place speaks for the rank alone. Members that wait for this rank go on
   * waiting until another joins in its place or the time is up; a thread that waits as this member
   * is refused. Leaving again has no effect.
   */
  @Override
  void close();
}
