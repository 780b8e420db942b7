package io.eplb.core.cluster;

import io.eplb.api.InvalidInputException;
import io.eplb.core.argument.Require;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/**
 * One member of a group, from its joining on. Thread-safe.
 *
 * <pre>
 *   JOINED ──▶ LEFT     closed, or given up by the group
 * </pre>
 */
public interface GroupMember extends AutoCloseable {
  /** The most bytes of one contribution; with its header it fits into a message of 64 KB. */
  int MAX_PAYLOAD_BYTES = 60 * 1024;

  /** The most characters of the name of a gathering. */
  int MAX_NAME_LENGTH = 128;

  /** Returns the claim of this member. */
  Member claim();

  /**
   * Contributes to a gathering. The stage completes with its outcome, the same for all members. It
   * is decided once: when every rank and every joined member has contributed, or else when the
   * timeout of one that has contributed is over. A later member gets the outcome that was decided
   * without it.
   *
   * <p>The number of ranks is the greatest world size among the contributions. Example, with a
   * world size of 3 and a timeout of 10 s everywhere:
   *
   * <pre>
   *   0 s   rank 0 gathers "start"
   *   4 s   rank 2 gathers "start"
   *   10 s  rank 0's time is up: both get the contributions of ranks 0 and 2; rank 1 is missing
   *   12 s  rank 1 gathers "start" and gets the same outcome at once
   * </pre>
   *
   * <p>The stage fails with {@link InvalidInputException} if this member has contributed to that
   * gathering before, and with {@link GroupUnavailableException} if it has left, leaves meanwhile,
   * or the group does not answer.
   *
   * @param gathering its name, new for every gathering and the same on every rank; 1 to {@value
   *     #MAX_NAME_LENGTH} characters, no control characters
   * @param payload the contribution, at most {@value #MAX_PAYLOAD_BYTES} bytes; copied
   * @param timeout the longest wait, 0 or more
   * @throws InvalidInputException if an argument is out of range
   */
  CompletionStage<Gathered> gather(String gathering, byte[] payload, Duration timeout);

  /** Completes when this member has left the group: it was closed, or the group has given it up. */
  CompletionStage<Void> left();

  /**
   * Leaves the group and takes back its contributions to undecided gatherings, so that a member
   * that joins in its place speaks for the rank alone. Members that wait for this rank go on
   * waiting until another joins in its place or the time is up. Leaving again has no effect.
   */
  @Override
  void close();

  /**
   * Checks the arguments of {@link #gather}.
   *
   * @throws InvalidInputException if one is out of range
   */
  static void requireGathering(String gathering, byte[] payload, Duration timeout) {
    Require.inRange("the length of a gathering's name", gathering.length(), 1, MAX_NAME_LENGTH);
    if (gathering.chars().anyMatch(Character::isISOControl)) {
      throw new InvalidInputException(
          "the name of a gathering has a control character; choose a name without");
    }
    if (payload.length > MAX_PAYLOAD_BYTES) {
      throw new InvalidInputException(
          "the contribution to %s has %d bytes; at most %d are supported"
              .formatted(gathering, payload.length, MAX_PAYLOAD_BYTES));
    }
    if (timeout.isNegative()) {
      throw new InvalidInputException(
          "the timeout of " + gathering + " is " + timeout + "; it must be at least 0");
    }
  }
}
