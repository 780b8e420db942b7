package io.eplb.core.format.load;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.InvalidInputException;
import io.eplb.core.context.AllocatedBytes;
import io.eplb.core.format.InputSource;
import io.eplb.core.format.Refusal;
import io.eplb.core.format.numpy.ArchiveBytes;
import io.eplb.core.format.numpy.ArchiveBytes.Trait;
import io.eplb.core.load.LoadRecording;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NumpyArchiveTest {
  private static final byte[] ONE = NumpyBytes.array("<i4", "(1, 2)", NumpyBytes.ints(1, 2));
  private static final byte[] OTHER = NumpyBytes.array("<i4", "(1, 2)", NumpyBytes.ints(3, 4));

  @TempDir private Path folder;

  @Test
  void theSingleArrayIsRead() throws IOException {
    assertEquals(2, read("", archive("arr_0.npy", ONE)).tokens(0, 0, 1));
  }

  @Test
  void entriesThatAreNoArraysDoNotCount() throws IOException {
    assertEquals(2, read("", archive("notes.txt", OTHER, "x.npy", ONE)).tokens(0, 0, 1));
  }

  @Test
  void oneOfSeveralArraysIsNamedAfterAHash() throws IOException {
    byte[] archive = archive("x.npy", ONE, "y.npy", OTHER);
    assertEquals(4, read("#y", archive).tokens(0, 0, 1));
    assertEquals(2, read("#x.npy", archive).tokens(0, 0, 1));
  }

  @Test
  void anArchiveMayComeThroughAPipe() throws IOException {
    InputStream pipe = new ByteArrayInputStream(archive("x.npy", ONE, "y.npy", OTHER));
    assertEquals(4, LoadFiles.read(InputSource.of("-#y", pipe)).tokens(0, 0, 1));
  }

  @Test
  void severalArraysWithoutANameAreListed() throws IOException {
    Path file = folder.resolve("load.npz");
    refuse(
        archive("x.npy", ONE, "y.npy", OTHER),
        "holds several arrays: x, y; name one of them, such as " + file + "#x");
  }

  @Test
  void anArrayThatIsNotThereIsRefusedWithTheNamesThatAre() throws IOException {
    Path file = Files.write(folder.resolve("load.npz"), archive("x.npy", ONE, "y.npy", OTHER));
    InputSource source = InputSource.of(file + "#z", InputStream.nullInputStream());
    InvalidInputException exception =
        assertThrows(InvalidInputException.class, () -> LoadFiles.read(source));
    assertEquals(file + "#z: holds no array of that name; it holds x, y", exception.getMessage());
  }

  @Test
  void aNameForAnythingButAnArchiveIsRefused() {
    InputSource source =
        InputSource.of("-#x", new ByteArrayInputStream("[[1]]".getBytes(US_ASCII)));
    InvalidInputException exception =
        assertThrows(InvalidInputException.class, () -> LoadFiles.read(source));
    assertEquals(
        "standard input: has no named arrays; only an NPZ archive has", exception.getMessage());
  }

  @Test
  void anArchiveWithoutArraysIsRefused() throws IOException {
    refuse(archive("notes.txt", ONE), "holds no array; expected an entry whose name ends in .npy");
  }

  @Test
  void faultsOfAnArrayNameTheArray() throws IOException {
    refuse(
        archive("x.npy", NumpyBytes.array(">i4", "(1, 2)", new byte[8])),
        "array \"x\" is big-endian (\">i4\"); expected little-endian, \"<i4\"");
    refuse(
        archive("x.npy", "text".getBytes(US_ASCII)),
        "array \"x\" is no NumPy file; expected it to start with \\x93NUMPY");
  }

  @Test
  void aTruncatedArchiveIsRefused() throws IOException {
    byte[] archive = archive("x.npy", ONE);
    refuse(
        Arrays.copyOf(archive, archive.length - 20),
        "is no readable NPZ archive: it is truncated or damaged");
  }

  @Test
  void anotherFileTypeIsRefused() throws IOException {
    refuse(ONE, "holds NumPy data; expected NumPy's .npz, a ZIP archive");
  }

  @Test
  void aDamagedArrayIsFoundByItsChecksum() throws IOException {
    byte[] archive = archive("x.npy", ONE);
    ByteBuffer bytes = ByteBuffer.wrap(archive).order(ByteOrder.LITTLE_ENDIAN);
    int checksum = directory(archive) + 16;
    bytes.putInt(checksum, bytes.getInt(checksum) + 1);
    refuse(archive, "array \"x\" does not match its checksum: the archive is damaged");
  }

  @Test
  void anArchiveThatClaimsMoreThanItCanHoldIsRefusedBeforeMemoryIsTaken() throws IOException {
    byte[] archive = archive("x.npy", ONE);
    ByteBuffer bytes = ByteBuffer.wrap(archive).order(ByteOrder.LITTLE_ENDIAN);
    int packed = bytes.getInt(directory(archive) + 20);
    bytes.putInt(directory(archive) + 24, 0x7fff_fff0);
    refuse(
        archive,
        "array \"x\" claims 2147483632 bytes, more than "
            + packed
            + " compressed bytes can hold: the archive is damaged");
  }

  @ParameterizedTest
  @ValueSource(longs = {1 << 24, Integer.MAX_VALUE, 1L << 32, Long.MAX_VALUE, -1})
  void anArchiveThatClaimsMoreEntriesThanItCanHoldIsRefusedBeforeMemoryIsTaken(long entries)
      throws Exception {
    byte[] archive = new ArchiveBytes(Trait.WIDE_END).add("x.npy", ONE).build();
    // The 64-bit end of the directory is 98 bytes from the end of the file.
    ByteBuffer bytes = ByteBuffer.wrap(archive).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(archive.length - 98 + 24, entries).putLong(archive.length - 98 + 32, entries);
    long before = AllocatedBytes.ofThisThread();
    refuse(archive, "is no readable NPZ archive: it is truncated or damaged");
    assertTrue(AllocatedBytes.ofThisThread() - before < 1 << 20);
  }

  @Test
  void anArchiveThatUnpacksToMoreThanItClaimsIsRefused() throws IOException {
    byte[] archive = archive("x.npy", NumpyBytes.array("|u1", "(1, 2)", new byte[1_000_000]));
    ByteBuffer bytes = ByteBuffer.wrap(archive).order(ByteOrder.LITTLE_ENDIAN);
    int size = directory(archive) + 24;
    bytes.putInt(size, bytes.getInt(size) - 999_998);
    refuse(archive, "array \"x\" goes on after its last element; expected the array alone");
  }

  @Test
  void aHeaderThatClaimsMoreThanItsEntryHoldsIsRefused() throws IOException {
    refuse(
        archive("x.npy", NumpyBytes.array("|u1", "(60000, 60000)", new byte[4])),
        "array \"x\" claims the shape (60000, 60000), 3600000000 bytes, but has 4 bytes of data: it"
            + " is truncated, or its header is wrong");
  }

  /** The start of the archive's directory: its last entry's header. */
  private static int directory(byte[] archive) {
    int at = archive.length - 4;
    while (archive[at] != 'P'
        || archive[at + 1] != 'K'
        || archive[at + 2] != 1
        || archive[at + 3] != 2) {
      at--;
    }
    return at;
  }

  private static byte[] archive(Object... namesAndContents) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream archive = new ZipOutputStream(bytes)) {
      for (int i = 0; i < namesAndContents.length; i += 2) {
        archive.putNextEntry(new ZipEntry((String) namesAndContents[i]));
        archive.write((byte[]) namesAndContents[i + 1]);
        archive.closeEntry();
      }
    }
    return bytes.toByteArray();
  }

  private LoadRecording read(String fragment, byte[] archive) throws IOException {
    Path file = Files.write(folder.resolve("load.npz"), archive);
    return LoadFiles.read(InputSource.of(file + fragment, InputStream.nullInputStream()));
  }

  private void refuse(byte[] archive, String expected) throws IOException {
    Refusal.of(folder.resolve("load.npz"), archive, LoadFiles::read, expected);
  }
}
