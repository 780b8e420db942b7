package io.eplb.core.consistency;

import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import io.eplb.api.ExpertTable;
import io.eplb.api.InvalidInputException;
import io.eplb.api.wording.Counted;
import io.eplb.api.wording.Shape;
import io.eplb.core.argument.Require;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A short stand-in for a table that can be sent around and compared: its shape and a digest per
 * layer. Immutable.
 */
public final class TableDigest {
  private static final int DIGEST_BYTES = 32;

  private final String shape;
  private final List<String> layers;

  private TableDigest(String shape, List<String> layers) {
    this.shape = shape;
    this.layers = List.copyOf(layers);
  }

  /** Digests a table. The version is left out. */
  public static TableDigest of(ExpertTable table) {
    List<String> layers = new ArrayList<>(table.layers());
    int[] row = new int[table.physicalExperts()];
    for (int layer = 0; layer < table.layers(); layer++) {
      table.copyLayer(layer, row, 0);
      Hasher hasher = Hashing.sha256().newHasher(row.length * Integer.BYTES);
      hasher.putInt(table.experts()).putInt(table.ranks()).putInt(table.slotsPerRank());
      for (int expert : row) {
        hasher.putInt(expert);
      }
      layers.add(hasher.hash().toString());
    }
    return new TableDigest(
        Shape.table(table.layers(), table.experts(), table.ranks(), table.slotsPerRank()), layers);
  }

  /**
   * Reads a digest from what {@link #toBytes} wrote.
   *
   * @throws InvalidInputException if it is not that
   */
  public static TableDigest fromBytes(byte[] bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    try {
      int shapeLength = buffer.getInt();
      if (shapeLength < 0 || shapeLength > buffer.remaining()) {
        throw new BufferUnderflowException();
      }
      String shape = new String(bytes, buffer.position(), shapeLength, StandardCharsets.UTF_8);
      buffer.position(buffer.position() + shapeLength);
      if (buffer.remaining() % DIGEST_BYTES != 0) {
        throw new BufferUnderflowException();
      }
      List<String> layers = new ArrayList<>();
      byte[] digest = new byte[DIGEST_BYTES];
      while (buffer.hasRemaining()) {
        buffer.get(digest);
        layers.add(HexFormat.of().formatHex(digest));
      }
      return new TableDigest(shape, layers);
    } catch (BufferUnderflowException tooShort) {
      throw new InvalidInputException(
          "what was sent ("
              + Counted.of(bytes.length, "byte")
              + ") is no digest of a table; send what it wrote",
          tooShort);
    }
  }

  /** Writes this so that it can be sent: the length of the shape, the shape, the digests. */
  public byte[] toBytes() {
    byte[] shapeBytes = shape.getBytes(StandardCharsets.UTF_8);
    ByteBuffer buffer =
        ByteBuffer.allocate(Integer.BYTES + shapeBytes.length + layers.size() * DIGEST_BYTES);
    buffer.putInt(shapeBytes.length).put(shapeBytes);
    layers.forEach(digest -> buffer.put(HexFormat.of().parseHex(digest)));
    return buffer.array();
  }

  /** Returns the table's shape, for people. */
  public String shape() {
    return shape;
  }

  /** Returns the number of layers. */
  public int layers() {
    return layers.size();
  }

  /**
   * Returns the digest of one layer in hexadecimal.
   *
   * @throws InvalidInputException if there is no such layer
   */
  public String layer(int layer) {
    Require.index("layer", layer, layers.size());
    return layers.get(layer);
  }

  /** Returns the layers in which two digests of one shape differ, in order. */
  List<Integer> layersUnlike(TableDigest other) {
    List<Integer> different = new ArrayList<>();
    for (int layer = 0; layer < layers.size(); layer++) {
      if (!layers.get(layer).equals(other.layers.get(layer))) {
        different.add(layer);
      }
    }
    return different;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof TableDigest that
        && shape.equals(that.shape)
        && layers.equals(that.layers);
  }

  @Override
  public int hashCode() {
    return layers.hashCode();
  }

  @Override
  public String toString() {
    return "TableDigest[" + shape + "]";
  }
}
