package io.eplb.core.update.promise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.InvalidInputException;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class LayerRowTest {
  private static final int MOST_BYTES = 64 << 10;

  @Property
  void aRowIsReadAsItWasWritten(
      @ForAll @Size(min = 1, max = 50) int[] experts, @ForAll boolean ordered, @ForAll int seed) {
    Random random = new Random(seed);
    int[] order = ordered ? Arrays.stream(experts).map(any -> random.nextInt()).toArray() : null;
    LayerRow row = new LayerRow(experts, order);
    assertEquals(row, LayerRow.fromBytes(row.toBytes()));
  }

  @Test
  void theWidestLayerWithAReplicaOrderFitsOneMessage() {
    int[] experts = new Random(1).ints(16_384, -1, 16_384).toArray();
    int[] order = new Random(2).ints(16_384, 0, 16_384).toArray();
    LayerRow row = new LayerRow(experts, order);
    byte[] bytes = row.toBytes();
    assertTrue(bytes.length < MOST_BYTES - 2_048, bytes.length + " bytes");
    assertEquals(row, LayerRow.fromBytes(bytes));
  }

  @Test
  void everyCutOfARowIsRefused() {
    byte[] bytes = new LayerRow(new int[] {3, 1, -1, 700}, new int[] {0, 1, 2, 3}).toBytes();
    for (int length = 0; length < bytes.length; length++) {
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThrows(InvalidInputException.class, () -> LayerRow.fromBytes(cut), "length " + length);
    }
    assertThrows(
        InvalidInputException.class,
        () -> LayerRow.fromBytes(Arrays.copyOf(bytes, bytes.length + 1)));
  }

  @Test
  void aFewBytesCannotAskForMuchMemory() {
    byte[] bytes = {0, -1, -1, -1, 1, 0, 0, 0, 0, 0};
    assertThrows(InvalidInputException.class, () -> LayerRow.fromBytes(bytes));
  }

  @Property
  void anyBytesAreARowOrAreRefused(@ForAll byte[] bytes) {
    refusedOrRead(bytes);
  }

  @Property
  void aDamagedRowIsARowOrIsRefused(@ForAll int seed) {
    Random random = new Random(seed);
    byte[] bytes = new LayerRow(random.ints(9, -1, 300).toArray(), null).toBytes();
    bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
    refusedOrRead(bytes);
  }

  private static void refusedOrRead(byte[] bytes) {
    try {
      LayerRow row = LayerRow.fromBytes(bytes);
      assertTrue(row.slots() >= 1);
    } catch (InvalidInputException refused) {
      assertTrue(String.valueOf(refused.getMessage()).length() > 10);
    }
  }
}
