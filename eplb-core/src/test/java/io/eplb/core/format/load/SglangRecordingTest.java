package io.eplb.core.format.load;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.InvalidInputException;
import io.eplb.core.format.InputSource;
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
import java.util.Random;
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
            + ": has the keys a; expected logical_count, or records and"
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
  void everyDamagedFileIsRefusedInOneLineOrReadAsARecording() throws IOException {
    Random random = new Random(11);
    for (String name : new String[] {"stat.pt", "stat-legacy.pt", "per_pass_0.pt"}) {
      byte[] whole = Files.readAllBytes(fixture(name));
      for (int trial = 0; trial < 1_000; trial++) {
        byte[] damaged = whole.clone();
        for (int change = random.nextInt(4); change >= 0; change--) {
          damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
        }
        if (trial % 3 == 0) {
          damaged = Arrays.copyOf(damaged, random.nextInt(damaged.length));
        }
        Path file = Files.write(folder.resolve("damaged.pt"), damaged);
        try {
          LoadFiles.read(InputSource.of(file));
        } catch (InvalidInputException refused) {
          String message = String.valueOf(refused.getMessage());
          assertTrue(message.startsWith(file + ": ") && message.lines().count() == 1, message);
        }
      }
    }
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
