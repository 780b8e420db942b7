package io.eplb.core.cluster;

import io.eplb.api.InvalidInputException;
import java.time.Duration;

/** One member of a group. Thread-safe. */
public interface GroupMember extends AutoCloseable {
  /** The most bytes of one contribution. */
  int MAX_PAYLOAD_BYTES = 512 * 1024;

  /** Returns the number that tells this member from all others, also from those of its rank. */
  long id();

  /** Returns the rank that this member claims. */
  int rank();

  /** Returns how many ranks the group has, according to this member. */
  int worldSize();

  /**
   * Contributes to a gathering and waits for its outcome, which is the same for all who ask: it is
   * decided once, when every rank has contributed and so has every member that has joined, or else
   * when the first of those who wait has waited long enough. Who comes later gets the outcome that
   * was decided without it.
   *
   * <p>How many ranks there have to be is what the contributions say; if they differ, the greatest
   * number that one of them says.
   *
   * @param gathering its name, new for every gathering and the same on every rank
   * @param payload what this member contributes, at most {@value #MAX_PAYLOAD_BYTES} bytes; copied
   * @param timeout how long to wait, 0 or more
   * @throws InvalidInputException if this member has contributed to that gathering before, has left
   *     or leaves meanwhile, or an argument is out of range
   * @throws InterruptedException if the calling thread is interrupted; what it has contributed
   *     stays
   */
  Gathered gather(String gathering, byte[] payload, Duration timeout) throws InterruptedException;

  /**
   * Leaves the group and takes back what it contributed to gatherings that are not decided, so that
   * a member that joins in its place speaks for the rank alone. Whoever waits for this rank goes on
   * waiting until somebody joins in its place or the time is up; a thread that waits as this member
   * is refused. Leaving twice is once.
   */
  @Override
  void close();
}
