package io.eplb.core.format.numpy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.eplb.api.InvalidInputException;
import io.eplb.core.format.ArrayForm;
import io.eplb.core.format.InputSource;
import io.eplb.core.format.NumberArray;
import io.eplb.core.format.load.NumpyBytes;
import io.eplb.core.format.numpy.ArchiveBytes.Trait;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class NumpyArraysTest {
  private static final int MOST = 1_000;
  private static final Map<String, NumpyArrays.Expected> EXPECTED =
      Map.of(
          "load",
          new NumpyArrays.Expected(
              new ArrayForm(1, 2, MOST, "numbers in one or two dimensions"), NumpyKinds.NUMBERS),
          "current",
          new NumpyArrays.Expected(
              new ArrayForm(1, 1, MOST, "a row of experts"), NumpyKinds.INTEGERS));

  private static final byte[] LOAD = NumpyBytes.array("<i4", "(1, 2)", NumpyBytes.ints(1, 2));
  private static final byte[] CURRENT = NumpyBytes.array("<i8", "(2,)", NumpyBytes.longs(-1, 4));

  @Test
  void allArraysAreReadByName() {
    requireBoth(new ArchiveBytes());
  }

  @ParameterizedTest
  @EnumSource(Trait.class)
  void everyWayOfWritingAnArchiveIsRead(Trait trait) {
    requireBoth(new ArchiveBytes(trait));
  }

  @Test
  void allWaysTogetherAreRead() {
    requireBoth(new ArchiveBytes(Trait.values()));
  }

  private static void requireBoth(ArchiveBytes archive) {
    Map<String, NumberArray> arrays =
        read(archive.add("load.npy", LOAD).add("current.npy", CURRENT).build());
    assertEquals(List.of("load", "current"), List.copyOf(arrays.keySet()));
    assertEquals("1 × 2", array(arrays, "load").shape());
    assertArrayEquals(new double[] {1, 2}, array(arrays, "load").values());
    assertArrayEquals(new double[] {-1, 4}, array(arrays, "current").values());
  }

  @ParameterizedTest
  @CsvSource({
    "|i1, fd, -3",
    "|u1, fd, 253",
    "i2, fffd, -3",
    "u2, fffd, 65533",
    "i4, fffffffd, -3",
    "u4, fffffffd, 4294967293",
    "i8, fffffffffffffffd, -3",
    "u8, fffffffffffffffd, 18446744073709551613",
    "u8, 0000000000000003, 3",
    "u8, 8000000000000401, 9223372036854777857",
    "f2, 3c00, 1",
    "f2, c100, -2.5",
    "f2, 0001, 5.9604644775390625e-8",
    "f2, 83ff, -6.097555160522461e-5",
    "f2, 7bff, 65504",
    "f2, 7c00, Infinity",
    "f2, fc00, -Infinity",
    "f2, 7e00, NaN",
    "f4, 3fc00000, 1.5",
    "f8, 3ff8000000000000, 1.5"
  })
  void everyNumberOfNumpyIsReadInBothOrders(String type, String hex, double expected) {
    byte[] bytes = new byte[hex.length() / 2];
    byte[] reversed = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) Integer.parseInt(hex.substring(2 * i, 2 * i + 2), 16);
      reversed[bytes.length - 1 - i] = bytes[i];
    }
    if (type.startsWith("|")) {
      assertEquals(expected, single(type, bytes));
    } else {
      assertEquals(expected, single(">" + type, bytes));
      assertEquals(expected, single("<" + type, reversed));
    }
  }

  private static double single(String type, byte[] data) {
    byte[] array = NumpyBytes.array(type, "(1,)", data);
    return array(read(archive("load", array)), "load").values()[0];
  }

  private static NumberArray array(Map<String, NumberArray> arrays, String name) {
    return Objects.requireNonNull(arrays.get(name), name);
  }

  @Test
  void anArrayThatIsNotExpectedIsRefusedByName() {
    refuse(
        new ArchiveBytes().add("load.npy", LOAD).add("lod.npy", LOAD).build(),
        "body: holds \"lod.npy\", which is unknown; the arrays are current, load");
  }

  @ParameterizedTest
  @ValueSource(strings = {"load", "notes.txt", ".npy", "load.npy/", "sub/load.npy", "LOAD.NPY"})
  void anEntryThatIsNoArrayIsRefusedByName(String name) {
    refuse(
        new ArchiveBytes().add(name, LOAD).build(),
        "body: holds \"%s\", which is unknown; the arrays are current, load".formatted(name));
  }

  @Test
  void twoArraysOfOneNameAreRefused() {
    refuse(
        new ArchiveBytes().add("load.npy", LOAD).add("load.npy", LOAD).build(),
        "body: holds two arrays named \"load\"; expected one");
  }

  @Test
  void faultsOfAnArrayNameIt() {
    refuse(
        archive("current", NumpyBytes.array("<f8", "(1,)", NumpyBytes.doubles(1))),
        "body: array \"current\" has elements of type \"<f8\"; expected one of |i1, <i2, <i4, <i8, |u1, <u2, <u4, <u8");
    refuse(
        archive("load", NumpyBytes.array("|O", "(1,)", new byte[8])),
        "body: array \"load\" has elements of type \"|O\" (Python objects); expected one of |i1, <i2, <i4, <i8, |u1, <u2, <u4, <u8, <f2, <f4, <f8");
    refuse(
        archive("load", NumpyBytes.array("<f8", "(1, 1, 1)", new byte[8])),
        "body: array \"load\" has the shape (1, 1, 1); expected numbers in one or two dimensions");
    refuse(
        archive(
            "load",
            NumpyBytes.file(1, NumpyBytes.dictionary("'<f8'", "True", "(1, 1)"), new byte[8])),
        "body: array \"load\" is in Fortran order; expected C order: np.ascontiguousarray makes it so");
  }

  @Test
  void anArrayOfTooManyElementsIsRefusedBeforeMemoryIsTaken() {
    int elements = MOST + 1;
    byte[] large = NumpyBytes.array("|u1", "(%s,)".formatted(elements), new byte[elements]);
    refuse(
        new ArchiveBytes(Trait.DEFLATED).add("load.npy", large).build(),
        "body: array \"load\" has 1001 elements; at most 1000 are supported");
  }

  @Test
  void aSmallArchiveThatClaimsGigabytesIsRefusedBeforeMemoryIsTaken() {
    String shape = "(1250000000,)";
    byte[] archive =
        new ArchiveBytes(Trait.DEFLATED, Trait.WIDE_DIRECTORY)
            .add("load.npy", NumpyBytes.array("<f8", shape, new byte[64]))
            .build();
    ByteBuffer bytes = ByteBuffer.wrap(archive).order(ByteOrder.LITTLE_ENDIAN);
    int sizes = directory(archive) + 46 + "load.npy".length() + 6 + 4;
    int packed = (int) bytes.getLong(sizes + 8);
    refuse(
        archive,
        "body: array \"load\" claims the shape %s, 10000000000 bytes, but has 64 bytes of data: it is truncated, or its header is wrong"
            .formatted(shape));
    bytes.putLong(sizes, 10_000_000_128L);
    refuse(
        archive,
        "body: entry \"load.npy\" claims 10000000128 bytes, more than its %s bytes of data can hold: the archive is damaged"
            .formatted(packed));
    bytes.putLong(sizes, -1L);
    refuse(
        archive,
        "body: entry \"load.npy\" claims 18446744073709551615 bytes, more than its %s bytes of data can hold: the archive is damaged"
            .formatted(packed));
  }

  @Test
  void encryptionAndOtherCompressionAreRefused() {
    CRC32 checksum = new CRC32();
    checksum.update(LOAD);
    refuse(
        new ArchiveBytes().add("load.npy", LOAD, 0, 1, (int) checksum.getValue()).build(),
        "body: entry \"load.npy\" is encrypted; expected plain data");
    refuse(
        new ArchiveBytes().add("load.npy", LOAD, 12, 0, (int) checksum.getValue()).build(),
        "body: entry \"load.npy\" is compressed by method 12; expected 0 (stored) or 8 (deflated)");
  }

  @Test
  void aDamagedArrayIsFoundByItsChecksum() {
    refuse(
        new ArchiveBytes().add("load.npy", LOAD, 0, 0, 1).build(),
        "body: array \"load\" does not match its checksum: the archive is damaged");
  }

  @Test
  void aDamagedCompressedArrayIsRefused() {
    byte[] archive = new ArchiveBytes(Trait.DEFLATED).add("load.npy", LOAD).build();
    archive[30 + "load.npy".length()] = (byte) 0xff;
    refuse(archive, "body: array \"load\" cannot be unpacked: the archive is damaged");
  }

  @Test
  void aTruncatedArchiveIsRefusedWhereverItEnds() {
    byte[] archive = new ArchiveBytes().add("load.npy", LOAD).build();
    for (int length = 4; length < archive.length; length++) {
      refuse(
          Arrays.copyOf(archive, length),
          "body: is no readable NPZ archive: it is truncated or damaged");
    }
  }

  @Test
  void anArchiveBehindOtherBytesIsRefused() {
    byte[] archive = new ArchiveBytes().add("load.npy", LOAD).build();
    byte[] behind = new byte[archive.length + 4];
    System.arraycopy(archive, 0, behind, 4, archive.length);
    System.arraycopy(archive, 0, behind, 0, 4);
    refuse(behind, "body: is no readable NPZ archive: it is truncated or damaged");
  }

  @Test
  void aLocalHeaderThatContradictsTheDirectoryIsRefused() {
    byte[] archive = new ArchiveBytes().add("load.npy", LOAD).build();
    archive[30] = 'L';
    refuse(archive, "body: is no readable NPZ archive: it is truncated or damaged");
  }

  @Test
  void anEmptyArchiveIsRefused() {
    refuse(new ArchiveBytes().build(), "body: is an empty archive; expected arrays");
  }

  @Test
  void anotherKindOfDataIsRefused() {
    refuse(
        "[[1]]".getBytes(StandardCharsets.US_ASCII),
        "body: holds JSON; expected NumPy's .npz, a ZIP archive");
    refuse(new byte[0], "body: is empty; expected data");
  }

  private static byte[] archive(String name, byte[] array) {
    return new ArchiveBytes().add(name + ".npy", array).build();
  }

  /** Finds the directory of an archive without a comment. */
  private static int directory(byte[] archive) {
    return ByteBuffer.wrap(archive).order(ByteOrder.LITTLE_ENDIAN).getInt(archive.length - 6);
  }

  private static Map<String, NumberArray> read(byte[] archive) {
    return NumpyArrays.read(InputSource.of("body", archive), EXPECTED);
  }

  private static void refuse(byte[] archive, String expected) {
    InvalidInputException refusal = assertThrows(InvalidInputException.class, () -> read(archive));
    assertEquals(expected, refusal.getMessage());
  }
}
