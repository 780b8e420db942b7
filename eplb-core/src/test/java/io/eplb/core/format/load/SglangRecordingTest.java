package io.eplb.core.format.load;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.InvalidInputException;
import io.eplb.core.format.InputSource;
import io.eplb.core.format.numpy.ArchiveBytes;
import io.eplb.core.format.numpy.ArchiveBytes.Trait;
import io.eplb.core.load.LoadRecording;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The files were written by torch itself; README.md beside them says how. */
class SglangRecordingTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "stat.pt",
        "stat-legacy.pt",
        "stat-cuda.pt",
        "stat-big-endian.pt",
        "stat-half.pt",
        "stat-bfloat16.pt",
        "stat-float64.pt",
        "stat-uint8.pt"
      })
  void countsOfEveryFormAndTypeAreTheSame(String name) throws IOException {
    LoadRecording recording = LoadFiles.read(InputSource.of(fixture(name)));
    assertEquals(2, recording.windows());
    assertEquals(3, recording.layers());
    assertEquals(4, recording.experts());
    assertEquals(23, recording.tokens(1, 2, 3));
    assertEquals(12, recording.tokens(1, 0, 0));
  }

  @Test
  void aTransposedViewIsReadByItsStrides() throws IOException {
    LoadRecording recording = LoadFiles.read(InputSource.of(fixture("stat-strided.pt")));
    // wide[10:34] as 4 × 3 × 2, dimensions reversed.
    assertEquals(10, recording.tokens(0, 0, 0));
    assertEquals(11, recording.tokens(1, 0, 0));
    assertEquals(12, recording.tokens(0, 1, 0));
    assertEquals(16, recording.tokens(0, 0, 1));
    assertEquals(33, recording.tokens(1, 2, 3));
  }

  @ParameterizedTest
  @ValueSource(strings = {"stat.pt", "stat-legacy.pt"})
  void aRecordingMayComeThroughAPipe(String name) throws IOException {
    InputStream pipe = new ByteArrayInputStream(Files.readAllBytes(fixture(name)));
    assertEquals(23, LoadFiles.read(InputSource.of("-", pipe)).tokens(1, 2, 3));
  }

  @ParameterizedTest
  @ValueSource(strings = {"per_pass", "per_token"})
  void theFilesOfAllRanksAreSummedAndSlotsMappedToExperts(String mode) throws IOException {
    Path ranks = Files.createDirectory(folder.resolve(mode));
    for (int rank = 0; rank < 2; rank++) {
      String name = mode + "_" + rank + ".pt";
      Files.copy(fixture(name), ranks.resolve(name));
    }
    LoadRecording recording = LoadFiles.read(InputSource.of(ranks));
    assertEquals(2, recording.windows());
    // Layer 0: expert 0 is on slots 0 and 4: (0 + 4) of rank 0, (10 + 14) of rank 1.
    assertArrayEquals(new double[] {28, 32, 14, 16}, layer(recording, 0, 0));
    // Layer 1: expert 3 is on slots 0, 4 and 5; pass 9 has twice the counts of pass 7.
    assertArrayEquals(new double[] {32, 28, 24, 96}, layer(recording, 1, 1));
  }

  @Test
  void oneRanksFileIsReadAloneIfItIsGivenAlone() throws IOException {
    LoadRecording recording = LoadFiles.read(InputSource.of(fixture("per_pass_0.pt")));
    assertArrayEquals(new double[] {4, 6, 2, 3}, layer(recording, 0, 0));
  }

  @Test
  void aFolderWithoutTheFileOfARankIsRefused() throws IOException {
    Path ranks = Files.createDirectory(folder.resolve("ranks"));
    Files.copy(fixture("per_pass_1.pt"), ranks.resolve("a.pt"));
    Files.copy(fixture("per_pass_1.pt"), ranks.resolve("b.pt"));
    assertEquals(
        ranks + ": has the files of 1 rank, but none of rank 0; put the files of all ranks there",
        refusal(ranks));
  }

  @Test
  void aFileOfAllRanksAmongTheRanksFilesIsRefused() throws IOException {
    Path ranks = Files.createDirectory(folder.resolve("ranks"));
    Files.copy(fixture("per_pass_0.pt"), ranks.resolve("a.pt"));
    Path all = Files.copy(fixture("stat.pt"), ranks.resolve("b.pt"));
    assertEquals(
        all + ": holds all ranks together (logical_count); give this file alone, not the folder",
        refusal(ranks));
  }

  @Test
  void aPickleThatNamesAnythingElseIsRefusedByThatNameAndNotRun() throws IOException {
    Path trace = folder.resolve("trace");
    // os.system("touch trace"), as an attacker would pickle it.
    String attack = "\u0080\u0002cposix\nsystem\nX\u0010\u0000\u0000\u0000touch ";
    Path file = archive(attack + trace + "\u0085R.");
    assertEquals(
        file
            + ": names the Python object \"posix.system\", which a recording has no use for; it is"
            + " not read",
        refusal(file));
    assertTrue(Files.notExists(trace));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cbuiltins\neval\n.",
        "c__builtin__\nexec\n.",
        "ctorch.storage\n_load_from_bytes\n.",
        "ctorch\ncompile\n.",
        "X\u0005\u0000\u0000\u0000posixX\u0006\u0000\u0000\u0000system\u0093."
      })
  void noOtherNameIsAllowed(String program) throws IOException {
    String refusal = refusal(archive("\u0080\u0004" + program));
    assertTrue(refusal.contains("names the Python object \""), refusal);
  }

  @Test
  void anythingButADictionaryIsRefused() throws IOException {
    Path file = archive("\u0080\u0002]K\u0001a.");
    assertEquals(file + ": holds a list; expected a dictionary", refusal(file));
  }

  @Test
  void aDictionaryOfAnotherKindIsRefusedWithItsKeys() throws IOException {
    Path file = archive("\u0080\u0002}X\u0001\u0000\u0000\u0000aK\u0001s.");
    assertEquals(
        file
            + ": has the keys \"a\"; expected logical_count, or records and"
            + " last_physical_to_logical_map, as SGLang's recorder writes them",
        refusal(file));
  }

  @Test
  void aTensorBeyondItsStorageIsRefused() throws IOException {
    byte[] bytes = Files.readAllBytes(fixture("stat.pt"));
    String content = new String(bytes, StandardCharsets.ISO_8859_1);
    // The shape (2, 3, 4) of the pickle becomes (2, 3, 5); Java checks no CRC of stored entries
    // here.
    String changed = content.replace("K\u0002K\u0003K\u0004\u0087", "K\u0002K\u0003K\u0005\u0087");
    Path file = Files.write(folder.resolve("x.pt"), changed.getBytes(StandardCharsets.ISO_8859_1));
    assertEquals(
        file
            + ": has a tensor of 2 × 3 × 5 that reaches beyond its storage of 24 elements: it is"
            + " damaged",
        refusal(file));
  }

  @Test
  void aPickleThatIsCompressedIsRefusedBeforeItIsUnpacked() throws IOException {
    byte[] lists = new byte[1 << 20];
    Arrays.fill(lists, (byte) ']');
    byte[] file = new ArchiveBytes(Trait.DEFLATED).add("x/data.pkl", lists).build();
    assertRefused("has a compressed data.pkl, which torch.save never writes", file);
  }

  @Test
  void aValueThatContainsItselfIsNamedByItsKind() throws IOException {
    byte[] head = Arrays.copyOf(Files.readAllBytes(fixture("stat-legacy.pt")), 15);
    // Two lists, each within the other, where the protocol is expected.
    byte[] cycle = latin("\u0080\u0002]q\0]q\1h\0aa.");
    assertRefused(
        "is of protocol a list of torch.save; expected 1001", latin(text(head) + text(cycle)));
    assertRefused(
        "names the Python object \"a list.a list\", which a recording has no use for; it is not read",
        pickled("\u0080\u0004]q\0]q\1h\0aah\0\u0093."));
  }

  @Test
  void aLengthThatIsNoNumberIsNamedByItsKind() throws IOException {
    // Pairs of pairs: as text, more than memory holds.
    String pairs = "]" + "2\u0086".repeat(40);
    assertRefused(
        "is damaged: the shape of a tensor has the length or stride a list",
        pickled("\u0080\u0002" + tensor("0", "K\u0004", "(" + pairs + "t", "K\1\u0085") + "."));
  }

  @Test
  void aStorageOfMoreElementsThanAnArrayHasIsRefused() throws IOException {
    String great = "J\u00ff\u00ff\u00ff\u007f";
    assertRefused(
        "is damaged: it names a storage of 4611686018427387904 elements",
        pickled(
            "\u0080\u0002}X\r\0\0\0logical_count"
                + tensor(
                    "0",
                    "\u008a\u0008\0\0\0\0\0\0\0@",
                    great + great + great + "\u0087",
                    "K\1K\1K\1\u0087")
                + "s."));
  }

  @Test
  void aMissingStorageIsQuoted() throws IOException {
    assertRefused(
        "has no storage \"a?b\" of 4 elements: it is damaged",
        pickled(
            "\u0080\u0002}X\r\0\0\0logical_count"
                + tensor("a\nb", "K\u0004", "K\2K\2\u0086", "K\2K\1\u0086")
                + "s."));
  }

  @Test
  void aRecordThatIsNamedAgainAndAgainIsRefused() throws IOException {
    // The list of records holds one record a thousand times: two bytes for each window.
    String record =
        "}q\1(X\u000f\0\0\0forward_pass_idK\1X\4\0\0\0rankK\0X\u0015\0\0\0global_physical_count"
            + tensor("1", "J\0\u0010\0\0", "K\1J\0\u0010\0\0\u0086", "K\1K\1\u0086")
            + "u";
    String program =
        "\u0080\u0002}(X\7\0\0\0records]("
            + record
            + "h\1".repeat(999)
            + "eX\u001c\0\0\0last_physical_to_logical_map"
            + tensor("0", "J\0\u0010\0\0", "K\1J\0\u0010\0\0\u0086", "K\1K\1\u0086")
            + "u.";
    byte[] storage = new byte[8 * 4096];
    byte[] file =
        new ArchiveBytes()
            .add("x/data.pkl", latin(program))
            .add("x/data/0", storage)
            .add("x/data/1", storage)
            .build();
    assertRefused(
        "names a storage again and again, and would be read for more than it holds: it is damaged",
        file);
  }

  @Test
  void anExpertThatCannotHaveASlotIsRefused() throws IOException {
    byte[] whole = Files.readAllBytes(fixture("per_pass_0.pt"));
    // The first id of the map, layers × 6 slots, becomes 6.
    String ids = text(NumpyBytes.longs(0, 1, 2, 3, 0, 1));
    byte[] file = latin(text(whole).replace(ids, text(NumpyBytes.longs(6, 1, 2, 3, 0, 1))));
    assertRefused(
        "/last_physical_to_logical_map/0/0 is 6.0; expected the id of an expert, from 0 to 5,"
            + " since there are 6 slots",
        file);
  }

  private static double[] layer(LoadRecording recording, int window, int layer) {
    double[] loads = new double[recording.experts()];
    recording.copyLayer(window, layer, loads, 0);
    return loads;
  }

  private static String refusal(Path file) {
    return String.valueOf(
        assertThrows(InvalidInputException.class, () -> LoadFiles.read(InputSource.of(file)))
            .getMessage());
  }

  private void assertRefused(String expected, byte[] content) throws IOException {
    Path file = Files.write(folder.resolve("refused.pt"), content);
    assertEquals(file + ": " + expected, refusal(file));
  }

  private static byte[] latin(String bytes) {
    return bytes.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  private static byte[] pickled(String program) {
    return new ArchiveBytes().add("x/data.pkl", latin(program)).build();
  }

  /** The program that pushes a tensor: a view from element 0 of a storage of 64-bit integers. */
  private static String tensor(String key, String elements, String shape, String strides) {
    String storage =
        "(X\7\0\0\0storagectorch\nLongStorage\nX"
            + (char) key.length()
            + "\0\0\0"
            + key
            + "X\3\0\0\0cpu"
            + elements
            + "tQ";
    return "ctorch._utils\n_rebuild_tensor_v2\n(" + storage + "K\0" + shape + strides + "tR";
  }

  /** Writes an archive whose data.pkl is a program, one character a byte. */
  private Path archive(String program) throws IOException {
    byte[] pickle = program.getBytes(StandardCharsets.ISO_8859_1);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      ZipEntry entry = new ZipEntry("x/data.pkl");
      entry.setMethod(ZipEntry.STORED);
      entry.setSize(pickle.length);
      CRC32 crc = new CRC32();
      crc.update(pickle);
      entry.setCrc(crc.getValue());
      zip.putNextEntry(entry);
      zip.write(pickle);
    }
    return Files.write(folder.resolve("attack.pt"), bytes.toByteArray());
  }

  private Path fixture(String name) throws IOException {
    Path file = folder.resolve("fixture-" + name);
    try (InputStream input =
        Objects.requireNonNull(
            SglangRecordingTest.class.getResourceAsStream("/io/eplb/core/format/torch/" + name))) {
      return Files.write(file, input.readAllBytes());
    }
  }
}
