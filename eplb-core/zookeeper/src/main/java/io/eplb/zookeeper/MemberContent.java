package io.eplb.zookeeper;

import io.eplb.api.InvalidInputException;
import io.eplb.core.cluster.Member;
import java.nio.charset.StandardCharsets;

/** The content of a member's znode: its incarnation on one line, its address on the next. */
final class MemberContent {
  private MemberContent() {}

  static byte[] write(Member member) {
    return (member.incarnation() + "\n" + member.address()).getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Reads a member.
   *
   * @throws InvalidInputException if the content is no member's
   */
  static Member read(MemberName name, byte[] content) {
    String text = new String(content, StandardCharsets.UTF_8);
    int line = text.indexOf('\n');
    try {
      return new Member(
          name.id(),
          name.rank(),
          name.worldSize(),
          Long.parseLong(text.substring(0, Math.max(0, line))),
          text.substring(line + 1));
    } catch (NumberFormatException | InvalidInputException none) {
      throw new InvalidInputException("the znode of member " + name + " is no member's", none);
    }
  }
}
