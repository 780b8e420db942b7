package io.eplb.core.cluster;

import io.eplb.api.EpTopology;
import io.eplb.api.InvalidInputException;
import io.eplb.core.consistency.TableDigest;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;

/**
 * The statement of a member at start-up, as bytes: the topology's five numbers, then the digest.
 */
final class StartUpMessage {
  private StartUpMessage() {}

  static byte[] of(EpTopology topology, TableDigest table) {
    byte[] digest = table.toBytes();
    return ByteBuffer.allocate(5 * Integer.BYTES + digest.length)
        .putInt(topology.experts())
        .putInt(topology.ranks())
        .putInt(topology.nodes())
        .putInt(topology.expertGroups())
        .putInt(topology.slotsPerRank())
        .put(digest)
        .array();
  }

  /**
   * Reads the statement of a member.
   *
   * @throws InvalidInputException if it is no statement, or its table does not fit its topology
   */
  static MemberStatement read(String label, Contribution said) {
    ByteBuffer buffer = ByteBuffer.wrap(said.payload());
    EpTopology topology;
    try {
      topology =
          EpTopology.of(
              buffer.getInt(), buffer.getInt(), buffer.getInt(), buffer.getInt(), buffer.getInt());
    } catch (BufferUnderflowException tooShort) {
      throw new InvalidInputException(label + " sent too few bytes for a topology", tooShort);
    }
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    TableDigest digest = TableDigest.fromBytes(bytes);
    if (!digest.fits(topology)) {
      throw new InvalidInputException(
          "%s sent a table of %s for %s; they must agree"
              .formatted(label, digest.shape(), topology));
    }
    return new MemberStatement(
        label, said.member(), said.rank(), said.worldSize(), topology, digest);
  }
}
