package io.eplb.zookeeper;

import io.eplb.api.InvalidInputException;
import java.nio.charset.StandardCharsets;

/**
 * The content of a gathering's znode: the number of its round, and once it is decided the id of the
 * member that wrote the outcome and the number of its pieces, each on a line.
 *
 * @param round 1 or more; a round whose members have all left is followed by another
 * @param decider the id of a member; 0 while the round is open
 * @param pieces the number of znodes of the outcome
 */
record GatheringState(long round, long decider, int pieces) {
  static GatheringState open(long round) {
    return new GatheringState(round, 0, 0);
  }

  boolean isDecided() {
    return decider != 0;
  }

  byte[] toBytes() {
    return (round + "\n" + decider + "\n" + pieces).getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Reads a state.
   *
   * @throws InvalidInputException if the bytes are none
   */
  static GatheringState fromBytes(String path, byte[] bytes) {
    String[] lines = new String(bytes, StandardCharsets.UTF_8).split("\n", -1);
    try {
      if (lines.length == 3) {
        return new GatheringState(
            Long.parseLong(lines[0]), Long.parseLong(lines[1]), Integer.parseInt(lines[2]));
      }
    } catch (NumberFormatException damaged) {
      // no state, as said below
    }
    throw new InvalidInputException(path + " is no gathering of EPLB; take another chroot");
  }
}
