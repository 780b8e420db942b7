package io.eplb.core.format.load;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.eplb.core.format.Refusal;
import io.eplb.core.load.LoadRecording;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NumpyLoadsTest {
  private static final String FORM = "layers × experts, or windows × layers × experts";
  private static final String TYPES = "<i4, <i8, |u1, <u2, <u4, <f4, <f8";
  private static final String HEADER =
      "expected {'descr': '<i4', 'fortran_order': False, 'shape': (layers, experts), }";
  private static final byte[] FOUR = NumpyBytes.ints(1, 2, 3, 4);

  @TempDir private Path folder;

  @Test
  void twoDimensionsAreLayersAndExperts() throws IOException {
    assertEquals(
        LoadRecording.of(1, 2, 2, new double[] {1, 2, 3, 4}),
        read(NumpyBytes.array("<i4", "(2, 2)", FOUR)));
  }

  @Test
  void threeDimensionsAreATrace() throws IOException {
    assertEquals(
        LoadRecording.of(2, 1, 2, new double[] {1, 2, 3, 4}),
        read(NumpyBytes.array("<i4", "(2, 1, 2)", FOUR)));
  }

  @Test
  void everyElementTypeIsRead() throws IOException {
    LoadRecording expected = LoadRecording.of(1, 1, 2, new double[] {1, 200});
    assertEquals(expected, read(NumpyBytes.array("<i4", "(1, 2)", NumpyBytes.ints(1, 200))));
    assertEquals(expected, read(NumpyBytes.array("<i8", "(1, 2)", NumpyBytes.longs(1, 200))));
    assertEquals(expected, read(NumpyBytes.array("|u1", "(1, 2)", new byte[] {1, (byte) 200})));
    assertEquals(
        expected, read(NumpyBytes.array("<u2", "(1, 2)", new byte[] {1, 0, (byte) 200, 0})));
    assertEquals(expected, read(NumpyBytes.array("<u4", "(1, 2)", NumpyBytes.ints(1, 200))));
    assertEquals(expected, read(NumpyBytes.array("<f4", "(1, 2)", NumpyBytes.floats(1, 200))));
    assertEquals(expected, read(NumpyBytes.array("<f8", "(1, 2)", NumpyBytes.doubles(1, 200))));
  }

  @Test
  void unsignedElementsAreNotNegative() throws IOException {
    byte[] ones = new byte[8];
    Arrays.fill(ones, (byte) -1);
    assertEquals(4294967295.0, read(NumpyBytes.array("<u4", "(1, 2)", ones)).tokens(0, 0, 1));
    assertEquals(65535.0, read(NumpyBytes.array("<u2", "(1, 4)", ones)).tokens(0, 0, 3));
    assertEquals(255.0, read(NumpyBytes.array("|u1", "(1, 8)", ones)).tokens(0, 0, 7));
  }

  @Test
  void allThreeVersionsOfTheFormatAreRead() throws IOException {
    for (int version = 1; version <= 3; version++) {
      String header = NumpyBytes.dictionary("'<i4'", "False", "(2, 2)");
      assertEquals(4, read(NumpyBytes.file(version, header, FOUR)).tokens(0, 1, 1));
    }
  }

  @Test
  void headerKeysMayComeInAnyOrder() throws IOException {
    String header = "{\"shape\":(2,2,),'fortran_order':False,'descr':\"<i4\"}";
    assertEquals(4, read(NumpyBytes.file(1, header, FOUR)).tokens(0, 1, 1));
  }

  @Test
  void arraysOfMoreThanOneChunkAreReadWhole() throws IOException {
    int[] values = new int[60_000];
    Arrays.setAll(values, i -> i);
    LoadRecording recording = read(NumpyBytes.array("<i4", "(3, 20000)", NumpyBytes.ints(values)));
    for (int layer = 0; layer < 3; layer++) {
      for (int expert = 0; expert < 20_000; expert += 17) {
        assertEquals(layer * 20_000 + expert, recording.tokens(0, layer, expert));
      }
    }
  }

  @Test
  void i2NanIsNamedByWindowLayerAndExpert() throws IOException {
    refuse(
        NumpyBytes.array("<f8", "(2, 1, 2)", NumpyBytes.doubles(1, 2, 3, Double.NaN)),
        "I2: the load of window 1, layer 0, expert 1 is NaN; every load must be finite and at"
            + " least 0");
  }

  @Test
  void i2InfinityIsNamedByWindowLayerAndExpert() throws IOException {
    refuse(
        NumpyBytes.array("<f4", "(1, 1)", NumpyBytes.floats(Float.POSITIVE_INFINITY)),
        "I2: the load of window 0, layer 0, expert 0 is Infinity; every load must be finite and at"
            + " least 0");
  }

  @Test
  void i2ANegativeLoadIsNamedByWindowLayerAndExpert() throws IOException {
    refuse(
        NumpyBytes.array("<i4", "(2, 2)", NumpyBytes.ints(1, 2, -3, 4)),
        "I2: the load of window 0, layer 1, expert 0 is -3.0; every load must be finite and at"
            + " least 0");
  }

  @Test
  void aWrongMagicIsNamed() throws IOException {
    byte[] file = NumpyBytes.array("<i4", "(2, 2)", FOUR);
    file[5] = 'X';
    refuse(file, "holds binary data; expected NumPy's .npy, which starts with \\x93NUMPY");
  }

  @Test
  void anotherFileTypeIsNamed() throws IOException {
    Refusal.of(
        folder.resolve("load.npy"),
        "[[1]]",
        LoadFiles::read,
        "holds JSON; expected NumPy's .npy, which starts with \\x93NUMPY");
  }

  @Test
  void anUnknownVersionIsNamed() throws IOException {
    byte[] file = NumpyBytes.array("<i4", "(2, 2)", FOUR);
    file[6] = 4;
    refuse(file, "is of NumPy's format version 4.0; expected 1.0, 2.0 or 3.0");
    file[6] = 1;
    file[7] = 9;
    refuse(file, "is of NumPy's format version 1.9; expected 1.0, 2.0 or 3.0");
  }

  @Test
  void anAbsurdHeaderLengthIsNamed() throws IOException {
    byte[] file = NumpyBytes.file(2, "{}", FOUR);
    ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putInt(8, -16);
    refuse(file, "claims a header of 4294967280 bytes; at most 65536 are supported");
  }

  @Test
  void aFileThatEndsWithinItsHeaderIsNamed() throws IOException {
    byte[] file = NumpyBytes.file(2, NumpyBytes.dictionary("'<i4'", "False", "(2, 2)"), FOUR);
    for (int length : new int[] {6, 9, 11, 40}) {
      refuse(Arrays.copyOf(file, length), "ends within its header: it is truncated");
    }
  }

  @Test
  void aHeaderThatIsNoDictionaryIsNamed() throws IOException {
    String message = "has a header that is not the dictionary that NumPy writes; " + HEADER;
    for (String header :
        new String[] {
          "hello\n",
          "",
          "{",
          "{'descr'",
          "{'descr': }",
          "{'descr': '<i4",
          "{'descr': '<i4' 'shape': (1, 1)}",
          "__import__('os')"
        }) {
      refuse(NumpyBytes.file(1, header, FOUR), message);
    }
  }

  @Test
  void aHeaderWithOtherKeysIsNamed() throws IOException {
    String right = "'descr': '<i4', 'fortran_order': False, 'shape': (2, 2)";
    refuse(
        NumpyBytes.file(1, "{" + right + ", 'x': 1}", FOUR),
        "has a header that has a key that does not belong; " + HEADER);
    refuse(
        NumpyBytes.file(1, "{'descr': '<i4', 'shape': (2, 2)}", FOUR),
        "has a header that lacks the key fortran_order; " + HEADER);
    refuse(
        NumpyBytes.file(1, "{" + right + ", 'shape': (4, 1)}", FOUR),
        "has a header that has the key 'shape' twice; " + HEADER);
    refuse(
        NumpyBytes.file(1, "{" + right + "} more", FOUR),
        "has a header that goes on after its dictionary; " + HEADER);
  }

  @Test
  void fortranOrderIsRefused() throws IOException {
    refuse(
        NumpyBytes.file(1, NumpyBytes.dictionary("'<i4'", "True", "(2, 2)"), FOUR),
        "is in Fortran order; expected C order: np.ascontiguousarray makes it so");
    refuse(
        NumpyBytes.file(1, NumpyBytes.dictionary("'<i4'", "0", "(2, 2)"), FOUR),
        "has a header that says neither True nor False for fortran_order; " + HEADER);
  }

  @Test
  void pythonObjectsAreRefused() throws IOException {
    refuse(
        NumpyBytes.array("|O", "(2, 2)", FOUR),
        "has elements of type \"|O\" (Python objects); expected one of " + TYPES);
  }

  @Test
  void structuredElementsAreRefused() throws IOException {
    refuse(
        NumpyBytes.file(
            1, NumpyBytes.dictionary("[('a', '<i4'), ('b', '<f8')]", "False", "(1,)"), FOUR),
        "has a header that describes structured elements; expected plain numbers, such as '<i4'");
  }

  @Test
  void bigEndianElementsAreRefused() throws IOException {
    refuse(
        NumpyBytes.array(">i4", "(2, 2)", FOUR),
        "is big-endian (\">i4\"); expected little-endian, \"<i4\"");
  }

  @Test
  void otherElementTypesAreRefused() throws IOException {
    for (String type :
        new String[] {"<f2", "<c8", "<U4", "|S4", "|b1", "<u8", "<M8[s]", "|i4", "", "<"}) {
      refuse(
          NumpyBytes.array(type, "(2, 2)", FOUR),
          "has elements of type \"" + type + "\"; expected one of " + TYPES);
    }
  }

  @Test
  void aClaimOfTwoToTheSixtyElementsIsRefusedBeforeMemoryIsTaken() throws IOException {
    refuse(
        NumpyBytes.array("|u1", "(1152921504606846976, 1)", FOUR),
        "has a header that claims a dimension of more than 10^18 elements");
    refuse(
        NumpyBytes.array("|u1", "(1048576, 1048576, 1048576)", FOUR),
        "claims the shape (1048576, 1048576, 1048576), but has 16 bytes of data: it is truncated,"
            + " or its header is wrong");
    refuse(
        NumpyBytes.array("<i4", "(65536, 65536, 65536)", FOUR),
        "claims the shape (65536, 65536, 65536), 1125899906842624 bytes, but has 16 bytes of data:"
            + " it is truncated, or its header is wrong");
  }

  @Test
  void aShapeWhoseProductOverflowsIsRefused() throws IOException {
    refuse(
        NumpyBytes.array("<i4", "(4294967296, 4294967296, 4)", FOUR),
        "claims the shape (4294967296, 4294967296, 4), but has 16 bytes of data: it is truncated,"
            + " or its header is wrong");
  }

  @Test
  void anEmptyShapeIsRefused() throws IOException {
    refuse(
        NumpyBytes.array("<i4", "(2, 0)", new byte[0]),
        "has the shape (2, 0), no elements; expected " + FORM);
    refuse(
        NumpyBytes.array("<i4", "(99999999999, 99999999999, 0)", new byte[0]),
        "has the shape (99999999999, 99999999999, 0), no elements; expected " + FORM);
  }

  @Test
  void aShapeThatIsNoTupleOfCountsIsRefused() throws IOException {
    refuse(
        NumpyBytes.array("<i4", "(-1, 4)", FOUR),
        "has a header that says a shape that is not whole numbers of at least 0; " + HEADER);
    refuse(
        NumpyBytes.array("<i4", "(" + "1, ".repeat(33) + ")", FOUR),
        "has a header that has more than 32 dimensions");
  }

  @Test
  void otherDimensionsAreRefused() throws IOException {
    refuse(NumpyBytes.array("<i4", "()", FOUR), "has the shape (); expected " + FORM);
    refuse(NumpyBytes.array("<i4", "(4,)", FOUR), "has the shape (4,); expected " + FORM);
    refuse(
        NumpyBytes.array("<i4", "(1, 1, 2, 2)", FOUR),
        "has the shape (1, 1, 2, 2); expected " + FORM);
  }

  @Test
  void truncatedDataAreRefused() throws IOException {
    byte[] file = NumpyBytes.array("<i4", "(2, 2)", FOUR);
    refuse(
        Arrays.copyOf(file, file.length - 1),
        "claims the shape (2, 2), 16 bytes, but has 15 bytes of data: it is truncated, or its"
            + " header is wrong");
  }

  @Test
  void surplusDataAreRefused() throws IOException {
    byte[] file = NumpyBytes.array("<i4", "(2, 2)", FOUR);
    refuse(
        Arrays.copyOf(file, file.length + 1),
        "has 17 bytes of data, but its shape (2, 2) needs 16; expected the array alone");
  }

  @Test
  void moreExpertsThanSupportedAreRefused() throws IOException {
    refuse(
        NumpyBytes.array("|u1", "(1, 70000)", new byte[70_000]),
        "experts is 70000; it must be between 1 and 65536");
  }

  private LoadRecording read(byte[] file) throws IOException {
    return LoadFiles.read(Refusal.file(Files.write(folder.resolve("load.npy"), file)));
  }

  private void refuse(byte[] file, String expected) throws IOException {
    Refusal.of(folder.resolve("load.npy"), file, LoadFiles::read, expected);
  }
}
