package io.eplb.core.format.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.core.format.InputSource;
import io.eplb.core.format.Refusal;
import io.eplb.core.load.LoadRecording;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoadFilesTest {
  private static final String UNKNOWN =
      "; expected JSON, CSV, NumPy's .npy or .npz, or SGLang's .pt";

  @TempDir private Path folder;

  @Test
  void withoutAKnownExtensionTheContentDecides() throws IOException {
    byte[] numpy = NumpyBytes.array("<i4", "(1, 2)", NumpyBytes.ints(1, 2));
    LoadRecording expected = LoadRecording.of(1, 1, 2, new double[] {1, 2});
    assertEquals(expected, LoadFiles.read(file("numpy", numpy)));
    assertEquals(expected, LoadFiles.read(file("object.txt", bytes(" {\"load\":[[1,2]]}"))));
    assertEquals(expected, LoadFiles.read(file("array.log", bytes("[[1,2]]"))));
    assertEquals(expected, LoadFiles.read(file("rows.dat", bytes("1,2"))));
    assertEquals(expected, LoadFiles.read(file("UPPER.CSV", bytes("1,2"))));
  }

  @Test
  void theStandardInputIsRecognisedByContent() {
    for (String content : new String[] {"[[1,2]]", "e0,e1\n1,2\n"}) {
      InputSource source = InputSource.of("-", new ByteArrayInputStream(bytes(content)));
      assertEquals(LoadRecording.of(1, 1, 2, new double[] {1, 2}), LoadFiles.read(source));
    }
  }

  @Test
  void aSliceOfARealRecordingIsRead() throws IOException {
    LoadRecording recording = LoadFiles.read(resource("glm52-mixed-slice.npy"));
    assertEquals("LoadRecording[2 windows × 3 layers × 256 experts]", recording.toString());
    double[] layer = new double[256];
    recording.copyLayer(0, 0, layer, 0);
    double total = 0.0;
    for (double load : layer) {
      total += load;
    }
    assertTrue(total > 0.0 && total % 8 == 0, "every token is routed to eight experts: " + total);
  }

  @Test
  void aRecordedCaseOfTheReferenceIsReadByItsKeyLoad() throws IOException {
    LoadRecording recording = LoadFiles.read(resource("deepseek-readme-hierarchical.json"));
    assertEquals(90, recording.tokens(0, 0, 0));
    assertEquals(27, recording.tokens(0, 1, 11));
  }

  @Test
  void garbageIsRefused() throws IOException {
    Refusal.of(
        folder.resolve("garbage"),
        new byte[] {1, 2, 3},
        LoadFiles::read,
        "holds binary data" + UNKNOWN);
  }

  @Test
  void compressedFilesAreRefused() throws IOException {
    Refusal.of(
        folder.resolve("load.json.gz"),
        new byte[] {0x1f, (byte) 0x8b, 8, 0},
        LoadFiles::read,
        "holds gzip data, which must be unpacked first" + UNKNOWN);
  }

  @Test
  void missingAndEmptyFilesAreRefused() throws IOException {
    Refusal.of(
        folder.resolve("absent.npy"), LoadFiles::read, "cannot be read: no such file or folder");
    for (String name : new String[] {"x.json", "x.csv", "x.npy", "x.npz", "x"}) {
      Refusal.of(folder.resolve(name), "", LoadFiles::read, "is empty; expected data");
    }
  }

  private InputSource resource(String name) throws IOException {
    try (var input = LoadFilesTest.class.getResourceAsStream(name)) {
      return file(name, Objects.requireNonNull(input, name).readAllBytes());
    }
  }

  private InputSource file(String name, byte[] content) throws IOException {
    return Refusal.file(Files.write(folder.resolve(name), content));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
