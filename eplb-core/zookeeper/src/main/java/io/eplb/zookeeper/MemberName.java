package io.eplb.zookeeper;

import io.eplb.api.InvalidInputException;
import io.eplb.api.wording.OneLine;
import io.eplb.core.cluster.Member;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of a member's znodes, {@code rank-worldSize-id}: what decides whether a gathering is
 * complete can be read from a list of names.
 */
record MemberName(int rank, int worldSize, long id) {
  private static final Pattern FORM = Pattern.compile("(\\d{1,5})-(\\d{1,5})-(\\d{1,19})");

  static MemberName of(Member member) {
    return new MemberName(member.rank(), member.worldSize(), member.id());
  }

  /**
   * Reads a name.
   *
   * @throws InvalidInputException if it is none
   */
  static MemberName parse(String name) {
    Matcher form = FORM.matcher(name);
    try {
      if (form.matches()) {
        return new MemberName(
            Integer.parseInt(form.group(1)),
            Integer.parseInt(form.group(2)),
            Long.parseLong(form.group(3)));
      }
    } catch (NumberFormatException tooLarge) {
      // no name, as said below
    }
    throw new InvalidInputException(
        OneLine.quote(name) + " is no member of EPLB; take another chroot, or remove it");
  }

  @Override
  public String toString() {
    return rank + "-" + worldSize + "-" + id;
  }
}
