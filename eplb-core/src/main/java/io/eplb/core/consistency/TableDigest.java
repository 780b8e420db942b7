package io.eplb.core.consistency;

import com.google.common.hash.Hashing;
import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.InvalidInputException;
import io.eplb.api.wording.Counted;
import io.eplb.api.wording.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The shape of a table and a digest of each layer, for sending and comparing. Immutable. */
public final class TableDigest {
  private static final int DIGEST_BYTES = 32;
  private static final int HEADER_BYTES = 4 * Integer.BYTES;

  private final int experts;
  private final int ranks;
  private final int slotsPerRank;

  /** The digest of each layer in hexadecimal. */
  private final List<String> layers;

  private TableDigest(int experts, int ranks, int slotsPerRank, List<String> layers) {
    this.experts = experts;
    this.ranks = ranks;
    this.slotsPerRank = slotsPerRank;
    this.layers = List.copyOf(layers);
  }

  /** Computes the digest of a table without its version. */
  public static TableDigest of(ExpertTable table) {
    List<String> layers = new ArrayList<>(table.layers());
    for (int layer = 0; layer < table.layers(); layer++) {
      layers.add(digest(table, layer));
    }
    return new TableDigest(table.experts(), table.ranks(), table.slotsPerRank(), layers);
  }

  private static String digest(ExpertTable table, int layer) {
    int[] row = new int[table.physicalExperts()];
    table.copyLayer(layer, row, 0);
    ByteBuffer hashed =
        ByteBuffer.allocate((3 + row.length) * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    hashed.putInt(table.experts()).putInt(table.ranks()).putInt(table.slotsPerRank());
    hashed.asIntBuffer().put(row);
    return Hashing.sha256().hashBytes(hashed.clear()).toString();
  }

  /**
   * Returns the digest of a table that differs from this one's in some layers only.
   *
   * @param table a table of the same shape
   * @param changed the layers that may differ
   */
  public TableDigest with(ExpertTable table, List<Integer> changed) {
    List<String> digests = new ArrayList<>(layers);
    changed.forEach(layer -> digests.set(layer, digest(table, layer)));
    return new TableDigest(experts, ranks, slotsPerRank, digests);
  }

  /**
   * Reads a digest from the bytes that {@link #toBytes} wrote.
   *
   * @throws InvalidInputException if they are no digest
   */
  public static TableDigest fromBytes(byte[] bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    if (bytes.length < HEADER_BYTES) {
      throw unreadable(bytes);
    }
    int layerCount = buffer.getInt();
    int experts = buffer.getInt();
    int ranks = buffer.getInt();
    int slotsPerRank = buffer.getInt();
    if (layerCount < 1
        || experts < 1
        || ranks < 1
        || slotsPerRank < 1
        || buffer.remaining() != (long) layerCount * DIGEST_BYTES) {
      throw unreadable(bytes);
    }
    List<String> layers = new ArrayList<>(layerCount);
    byte[] digest = new byte[DIGEST_BYTES];
    for (int layer = 0; layer < layerCount; layer++) {
      buffer.get(digest);
      layers.add(HexFormat.of().formatHex(digest));
    }
    return new TableDigest(experts, ranks, slotsPerRank, layers);
  }

  private static InvalidInputException unreadable(byte[] bytes) {
    return new InvalidInputException(
        "what was sent (%s) is no digest of a table; send what it wrote"
            .formatted(Counted.of(bytes.length, "byte")));
  }

  /** Returns the number of layers of the table. */
  public int layers() {
    return layers.size();
  }

  /** Returns the number of bytes that {@link #toBytes} writes for a table of so many layers. */
  public static long bytes(int layers) {
    return HEADER_BYTES + (long) layers * DIGEST_BYTES;
  }

  /**
   * Writes this as bytes: the numbers of layers, experts, ranks and slots per rank, four bytes
   * each, then the 32 bytes of each layer's digest.
   */
  public byte[] toBytes() {
    ByteBuffer buffer = ByteBuffer.allocate(HEADER_BYTES + layers.size() * DIGEST_BYTES);
    buffer.putInt(layers.size()).putInt(experts).putInt(ranks).putInt(slotsPerRank);
    layers.forEach(digest -> buffer.put(HexFormat.of().parseHex(digest)));
    return buffer.array();
  }

  /** Returns one digest of the whole table, in hexadecimal: 64 characters. */
  public String toText() {
    return Hashing.sha256().hashBytes(toBytes()).toString();
  }

  /** Returns the table's shape in words. */
  public String shape() {
    return Shape.table(layers.size(), experts, ranks, slotsPerRank);
  }

  /** Returns whether the table has a topology's experts, ranks and slots. */
  public boolean fits(EpTopology topology) {
    return experts == topology.experts()
        && ranks == topology.ranks()
        && slotsPerRank == topology.slotsPerRank();
  }

  /** Returns whether two tables have the same shape. */
  public boolean shapedLike(TableDigest other) {
    return layers.size() == other.layers.size()
        && experts == other.experts
        && ranks == other.ranks
        && slotsPerRank == other.slotsPerRank;
  }

  /** Returns the layers in which two tables differ, in order; none if their shapes differ. */
  public List<Integer> layersUnlike(TableDigest other) {
    return shapedLike(other)
        ? IntStream.range(0, layers.size())
            .filter(layer -> !layers.get(layer).equals(other.layers.get(layer)))
            .boxed()
            .toList()
        : List.of();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof TableDigest that && shapedLike(that) && layers.equals(that.layers);
  }

  @Override
  public int hashCode() {
    return layers.hashCode();
  }

  @Override
  public String toString() {
    return "TableDigest[" + shape() + "]";
  }
}
