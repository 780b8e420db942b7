package io.eplb.core.cluster;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Bytes of members that may be too many for one contribution: cut into pieces, one for each of
 * several gatherings.
 */
final class Pieces {
  /** The most pieces; what is longer is cut off. */
  static final int MOST = 8;

  private Pieces() {}

  /** Returns the number of pieces for so many bytes. */
  static int count(long bytes) {
    int size = GroupMember.MAX_PAYLOAD_BYTES;
    return (int) Math.min(MOST, (bytes + size - 1) / size);
  }

  /** Cuts bytes into pieces, of which the last ones may be empty. */
  static List<byte[]> cut(byte[] bytes, int pieces) {
    List<byte[]> cut = new ArrayList<>();
    for (int piece = 0; piece < pieces; piece++) {
      int from = Math.min(bytes.length, piece * GroupMember.MAX_PAYLOAD_BYTES);
      int to = Math.min(bytes.length, from + GroupMember.MAX_PAYLOAD_BYTES);
      cut.add(Arrays.copyOfRange(bytes, from, to));
    }
    return cut;
  }

  /** Returns the bytes by {@link Member#id}, up to the first piece that did not come. */
  static Map<Long, byte[]> joined(List<Gathered> gathered) {
    List<Map<Long, byte[]>> pieces = gathered.stream().map(Pieces::byMember).toList();
    Map<Long, byte[]> joined = new HashMap<>();
    if (!pieces.isEmpty()) {
      pieces.get(0).keySet().forEach(member -> joined.put(member, joined(member, pieces)));
    }
    return joined;
  }

  private static Map<Long, byte[]> byMember(Gathered piece) {
    Map<Long, byte[]> payloads = new HashMap<>();
    piece.contributions().forEach(said -> payloads.put(said.member().id(), said.payload()));
    return payloads;
  }

  private static byte[] joined(long member, List<Map<Long, byte[]>> pieces) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (Map<Long, byte[]> piece : pieces) {
      byte[] payload = piece.get(member);
      if (payload == null) {
        break;
      }
      bytes.writeBytes(payload);
    }
    return bytes.toByteArray();
  }
}
