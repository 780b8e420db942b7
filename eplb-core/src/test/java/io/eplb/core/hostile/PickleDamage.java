package io.eplb.core.hostile;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Damage to Python's pickles: to their instructions and the arguments of these. Bytes behind the
 * last pickle, such as the storages of an old file of {@code torch.save}, are kept.
 */
final class PickleDamage implements Damage {
  /** Instructions without an argument. */
  private static final String PLAIN =
      "(012N\u0088\u0089]})tld\u0085\u0086\u0087aesuRQb.\u0093\u0094FISVgpo0i";

  /** Sequences that are legal but mean trouble: cycles, repetitions, great numbers, code. */
  private static final List<String> TROUBLE =
      List.of(
          "]q\u0007h\u0007a",
          "]q\u0007]q\u0008h\u0007ah\u0008a0h\u0007",
          "]22222222222222222222222222222222",
          "(]2t2\u00862\u00862\u00862\u00862\u00862\u00862\u00862\u00862\u00862\u00862\u00862\u00862\u0086",
          "(]2t2\u0086".repeat(1) + "2\u0086".repeat(40),
          "cos\nsystem\n",
          "cbuiltins\neval\n",
          "cos\nsystem\nX\u0002\0\0\0ls\u0085R",
          "c\n\n",
          "ctorch\nFloatStorage\n",
          "ctorch._utils\n_rebuild_tensor_v2\n",
          "ccollections\nOrderedDict\n)R",
          "]]\u0093",
          "\u008a " + "\u007f".repeat(32),
          "\u008a!" + "\u007f".repeat(33),
          "\u008a\u0009" + "\u00ff".repeat(9),
          "\u008b\u00ff\u00ff\u00ff\u007f",
          "X\u00ff\u00ff\u00ff\u007f",
          "X\u00ff\u00ff\u00ff\u00ff",
          "\u008d\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u007f",
          "T\u0010\0\0\0",
          "J\u00ff\u00ff\u00ff\u007f",
          "J\u00ff\u00ff\u00ff\u00ff",
          "M\u00ff\u00ff",
          "K\0",
          "G\u007f\u00f8\0\0\0\0\0\0",
          "j\u00ff\u00ff\u00ff\u00ff",
          "r\u00ff\u00ff\u00ff\u00ff",
          "h\0",
          "h\u0001",
          "h\u0002",
          "h\u0003",
          "X\u0006\0\0\0a\nb\u001b\u00c2\u0085",
          "X\u0001\0\0\0\u00ff",
          "\u0095\u0008\0\0\0\0\0\0\0",
          "\u0080\u0005",
          "\u0080\u0006",
          "}X\u0001\0\0\0aK\u0001sb",
          "1",
          "(((((((((((");

  static boolean suits(byte[] bytes) {
    return bytes.length > 3 && bytes[0] == (byte) 0x80 && bytes[1] >= 2 && bytes[1] <= 5;
  }

  @Override
  public byte[] of(byte[] whole, Random random) {
    List<byte[]> instructions = new ArrayList<>();
    int end = instructions(whole, instructions);
    if (instructions.isEmpty()) {
      return new BlindDamage(List.of()).of(whole, random);
    }
    damage(instructions, random);
    return Bytes.joined(
        Bytes.joined(instructions.toArray(byte[][]::new)),
        Arrays.copyOfRange(whole, end, whole.length));
  }

  private static void damage(List<byte[]> instructions, Random random) {
    int at = random.nextInt(instructions.size());
    int to = Math.min(instructions.size(), at + 1 + random.nextInt(6));
    List<byte[]> range = new ArrayList<>(instructions.subList(at, to));
    switch (random.nextInt(8)) {
      case 0 -> instructions.subList(at, to).clear();
      case 1 -> {
        int times = random.nextInt(10) == 0 ? 200 : 1 + random.nextInt(3);
        for (int left = times; left > 0; left--) {
          instructions.addAll(at, range);
        }
      }
      case 2 -> instructions.add(at, trouble(random));
      case 3 -> instructions.set(at, trouble(random));
      case 4 -> {
        byte[] plain = {(byte) PLAIN.charAt(random.nextInt(PLAIN.length()))};
        instructions.set(at, plain);
      }
      case 5 -> {
        instructions.subList(at, to).clear();
        instructions.addAll(random.nextInt(instructions.size() + 1), range);
      }
      default -> instructions.set(at, withArgument(instructions, at, random));
    }
  }

  private static byte[] trouble(Random random) {
    return TROUBLE.get(random.nextInt(TROUBLE.size())).getBytes(StandardCharsets.ISO_8859_1);
  }

  /** Returns the next instruction with a number as its argument, with another number. */
  private static byte[] withArgument(List<byte[]> instructions, int from, Random random) {
    for (int at = from; at < instructions.size(); at++) {
      byte[] instruction = instructions.get(at);
      int width =
          switch (instruction[0]) {
            case 'K', 'h', 'q' -> 1;
            case 'M' -> 2;
            case 'J', 'j', 'r', 'X' -> 4;
            case 'G' -> 8;
            default -> 0;
          };
      if (width > 0) {
        return random.nextBoolean()
            ? integer(Bytes.hostileNumber(0, random))
            : Bytes.withHostileNumber(instruction, 1, width, ByteOrder.LITTLE_ENDIAN, random);
      }
    }
    return instructions.get(from);
  }

  /** Returns the instruction that pushes an integer of any size. */
  private static byte[] integer(long value) {
    ByteBuffer instruction = ByteBuffer.allocate(10).order(ByteOrder.LITTLE_ENDIAN);
    return instruction.put((byte) 0x8a).put((byte) 8).putLong(value).array();
  }

  /** Splits bytes into instructions, and returns where they end. */
  private static int instructions(byte[] bytes, List<byte[]> instructions) {
    int at = 0;
    while (at < bytes.length) {
      int length = length(bytes, at);
      if (length <= 0 || length > bytes.length - at) {
        return at;
      }
      instructions.add(Arrays.copyOfRange(bytes, at, at + length));
      at += length;
    }
    return at;
  }

  /** Returns the length of an instruction; 0 if there is none. */
  private static int length(byte[] bytes, int at) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int opcode = bytes[at] & 0xff;
    int room = bytes.length - at;
    return switch (opcode) {
      case 0x80, 'K', 'h', 'q' -> 2;
      case 'M' -> 3;
      case 'J', 'j', 'r' -> 5;
      case 'G', 0x95 -> 9;
      case 'U', 0x8a, 0x8c -> room < 2 ? 0 : 2 + (bytes[at + 1] & 0xff);
      case 'X', 'T', 0x8b -> room < 5 ? 0 : (int) Math.min(5L + buffer.getInt(at + 1), room + 1L);
      case 'c' -> lines(bytes, at);
      default -> PLAIN.indexOf((char) opcode) >= 0 ? 1 : 0;
    };
  }

  private static int lines(byte[] bytes, int from) {
    int lines = 0;
    for (int at = from; at < bytes.length; at++) {
      lines += bytes[at] == '\n' ? 1 : 0;
      if (lines == 2) {
        return at + 1 - from;
      }
    }
    return 0;
  }
}
