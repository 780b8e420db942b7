package io.eplb.zookeeper;

import io.eplb.api.InvalidInputException;
import io.eplb.core.cluster.Contribution;
import io.eplb.core.cluster.Gathered;
import io.eplb.core.cluster.GroupMember;
import io.eplb.core.cluster.Member;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Contributions to a gathering as bytes, one after another. Each has the member's id, rank, world
 * size, incarnation and address, the payload's length, and the payload.
 */
final class ContributionBytes {
  private ContributionBytes() {}

  static byte[] write(Contribution said) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream data = new DataOutputStream(bytes);
    Member member = said.member();
    byte[] payload = said.payload();
    try {
      data.writeLong(member.id());
      data.writeInt(member.rank());
      data.writeInt(member.worldSize());
      data.writeLong(member.incarnation());
      data.writeUTF(member.address());
      data.writeInt(payload.length);
      data.write(payload);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return bytes.toByteArray();
  }

  /**
   * Reads contributions.
   *
   * @throws InvalidInputException if the bytes are none
   */
  static Gathered read(String path, byte[] bytes) {
    List<Contribution> contributions = new ArrayList<>();
    try (DataInputStream data = new DataInputStream(new ByteArrayInputStream(bytes))) {
      while (data.available() > 0) {
        long id = data.readLong();
        int rank = data.readInt();
        int worldSize = data.readInt();
        Member member = new Member(id, rank, worldSize, data.readLong(), data.readUTF());
        int length = data.readInt();
        if (length < 0 || length > Math.min(GroupMember.MAX_PAYLOAD_BYTES, data.available())) {
          throw new InvalidInputException("a payload has " + length + " bytes");
        }
        contributions.add(new Contribution(member, data.readNBytes(length)));
      }
    } catch (IOException | InvalidInputException damaged) {
      throw new InvalidInputException(path + " holds no contributions of EPLB", damaged);
    }
    return new Gathered(contributions);
  }
}
