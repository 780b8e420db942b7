package io.eplb.core.cluster;

import io.eplb.api.EpTopology;
import io.eplb.api.InvalidInputException;
import io.eplb.core.argument.Require;
import io.eplb.core.consistency.TableDigest;
import java.nio.ByteBuffer;
import java.util.HexFormat;

/**
 * The statement of a member at start-up, as bytes: the topology's five numbers and the number of
 * layers, four bytes each, then the 32 bytes of the digest of its whole table.
 */
final class StartUpMessage {
  private static final int ROOT_BYTES = 32;
  private static final int BYTES = 6 * Integer.BYTES + ROOT_BYTES;

  private StartUpMessage() {}

  static byte[] of(EpTopology topology, TableDigest table) {
    return ByteBuffer.allocate(BYTES)
        .putInt(topology.experts())
        .putInt(topology.ranks())
        .putInt(topology.nodes())
        .putInt(topology.expertGroups())
        .putInt(topology.slotsPerRank())
        .putInt(table.layers())
        .put(HexFormat.of().parseHex(table.toText()))
        .array();
  }

  /**
   * Reads the statement of a member.
   *
   * @throws InvalidInputException if it is none
   */
  static MemberStatement read(String label, Contribution said) {
    byte[] payload = said.payload();
    if (payload.length != BYTES) {
      throw new InvalidInputException(
          "%s sent %d bytes; expected %d".formatted(label, payload.length, BYTES));
    }
    ByteBuffer buffer = ByteBuffer.wrap(payload);
    EpTopology topology =
        EpTopology.of(
            buffer.getInt(), buffer.getInt(), buffer.getInt(), buffer.getInt(), buffer.getInt());
    int layers = Require.inRange("layers", buffer.getInt(), 1, EpTopology.MAX_LAYERS);
    String root = HexFormat.of().formatHex(payload, BYTES - ROOT_BYTES, BYTES);
    return new MemberStatement(label, said.member(), topology, layers, root);
  }
}
