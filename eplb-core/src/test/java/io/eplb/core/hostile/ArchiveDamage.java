package io.eplb.core.hostile;

import io.eplb.core.format.numpy.ArchiveBytes;
import io.eplb.core.format.numpy.ArchiveBytes.Trait;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;

/**
 * Damage to ZIP archives: to a file within, whose checksum stays right, to the names and the list
 * of files, and to the fields of the directory.
 */
final class ArchiveDamage implements Damage {
  private static final int CENTRAL = 0x02014b50;
  private static final int CENTRAL_LENGTH = 46;
  private static final int END_LENGTH = 22;
  private static final int BOMB = 1 << 20;
  private static final List<Trait> TRAITS = List.of(Trait.values());

  private static final List<String> NAMES =
      List.of(
          "../../evil.npy",
          "/etc/evil.npy",
          "C:\\evil.npy",
          "load.npy",
          "LOAD.NPY",
          "load",
          ".npy",
          "load.npy/",
          "load\0.npy",
          "lo\nad.npy",
          "",
          "a/b/c/load.npy",
          "archive/data.pkl",
          "other/data.pkl",
          "/data.pkl",
          "archive/data/0",
          "archive/byteorder",
          "x".repeat(300));

  /** A file of an archive. */
  private static final class Member {
    private final String name;
    private final byte[] data;
    private final int method;
    private final int flags;
    private final int checksum;

    Member(String name, byte[] data, int method, int flags, int checksum) {
      this.name = name;
      this.data = data;
      this.method = method;
      this.flags = flags;
      this.checksum = checksum;
    }

    private static Member of(String name, byte[] data, int method) {
      java.util.zip.CRC32 checksum = new java.util.zip.CRC32();
      checksum.update(data);
      return new Member(name, data, method, 0, (int) checksum.getValue());
    }
  }

  static boolean suits(byte[] bytes) {
    return bytes.length > END_LENGTH && bytes[0] == 'P' && bytes[1] == 'K';
  }

  @Override
  public byte[] of(byte[] whole, Random random) {
    List<Member> members = members(whole);
    if (members.isEmpty() || random.nextInt(4) == 0) {
      return field(whole, random);
    }
    damage(members, random);
    ArchiveBytes archive = new ArchiveBytes(traits(random));
    for (Member member : members) {
      archive.add(member.name, member.data, member.method, member.flags, member.checksum);
    }
    return archive.build();
  }

  private static void damage(List<Member> members, Random random) {
    int at = random.nextInt(members.size());
    Member member = members.get(at);
    switch (random.nextInt(14)) {
      case 0 -> members.remove(at);
      case 1 -> members.add(random.nextInt(members.size() + 1), member);
      case 2 ->
          members.add(
              Member.of(NAMES.get(random.nextInt(NAMES.size())), member.data, member.method));
      case 3 ->
          members.set(
              at, Member.of(NAMES.get(random.nextInt(NAMES.size())), member.data, member.method));
      case 4 -> members.set(at, with(member, random.nextInt(16), member.checksum));
      case 5 -> members.set(at, with(member, 0, random.nextInt()));
      case 6 -> members.set(at, Member.of(member.name, member.data, member.method ^ 8));
      case 7 ->
          members.set(
              at, new Member(member.name, member.data, random.nextInt(100), 0, member.checksum));
      case 8 -> members.set(at, Member.of(member.name, bomb(member.data, random), 8));
      default ->
          members.set(
              at,
              Member.of(
                  member.name, Damage.several(member.data, List.of(), random), member.method));
    }
  }

  private static Member with(Member member, int flags, int checksum) {
    return new Member(member.name, member.data, member.method, flags, checksum);
  }

  /** Returns a megabyte that shrinks to a kilobyte. */
  private static byte[] bomb(byte[] data, Random random) {
    if (random.nextBoolean()) {
      return Arrays.copyOf(data, BOMB);
    }
    byte[] same = new byte[BOMB];
    Arrays.fill(same, (byte) "]}(2N0.".charAt(random.nextInt(7)));
    System.arraycopy(data, 0, same, 0, Math.min(2, data.length));
    return same;
  }

  private static Trait[] traits(Random random) {
    // Few archives have a trait, and fewer a wrong one, so that most are read to their end.
    return random.nextInt(4) > 0
        ? new Trait[0]
        : new Trait[] {TRAITS.get(random.nextInt(TRAITS.size()))};
  }

  /** Changes a number of the directory or of its end, or makes two files share their bytes. */
  private static byte[] field(byte[] whole, Random random) {
    List<Integer> directory = directory(whole);
    if (directory.isEmpty() || random.nextInt(3) == 0) {
      int at = whole.length - END_LENGTH + 4 + 2 * random.nextInt(9);
      return Bytes.withHostileNumber(
          whole, at, random.nextBoolean() ? 2 : 1, ByteOrder.LITTLE_ENDIAN, random);
    }
    int entry = directory.get(random.nextInt(directory.size()));
    if (random.nextInt(4) == 0) {
      byte[] copy = whole.clone();
      int other = directory.get(random.nextInt(directory.size()));
      System.arraycopy(whole, other + 42, copy, entry + 42, 4);
      return copy;
    }
    int[] places = {8, 10, 16, 20, 24, 28, 30, 32, 38, 42};
    int place = places[random.nextInt(places.length)];
    int width = place == 16 || place == 20 || place == 24 || place >= 38 ? 4 : 2;
    return Bytes.withHostileNumber(whole, entry + place, width, ByteOrder.LITTLE_ENDIAN, random);
  }

  /** Finds the entries of the directory. */
  private static List<Integer> directory(byte[] whole) {
    List<Integer> places = new ArrayList<>();
    ByteBuffer bytes = ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN);
    for (int at = 0; at <= whole.length - CENTRAL_LENGTH; at++) {
      if (bytes.getInt(at) == CENTRAL) {
        places.add(at);
      }
    }
    return places;
  }

  private static List<Member> members(byte[] whole) {
    List<Member> members = new ArrayList<>();
    ByteBuffer bytes = ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN);
    try {
      for (int at : directory(whole)) {
        int local = bytes.getInt(at + 42);
        int start = local + 30 + bytes.getShort(local + 26) + bytes.getShort(local + 28);
        int method = bytes.getShort(at + 10);
        byte[] packed = new byte[Math.min(bytes.getInt(at + 20), LONGEST)];
        bytes.get(start, packed);
        byte[] name = new byte[bytes.getShort(at + 28)];
        bytes.get(at + CENTRAL_LENGTH, name);
        members.add(
            Member.of(
                new String(name, StandardCharsets.ISO_8859_1),
                method == 8 ? unpacked(packed) : packed,
                method));
      }
    } catch (IndexOutOfBoundsException | NegativeArraySizeException | IOException damaged) {
      members.clear();
    }
    return members;
  }

  private static byte[] unpacked(byte[] packed) throws IOException {
    Inflater inflater = new Inflater(true);
    try (InflaterInputStream input =
        new InflaterInputStream(new ByteArrayInputStream(packed), inflater)) {
      return input.readNBytes(LONGEST);
    } finally {
      inflater.end();
    }
  }
}
