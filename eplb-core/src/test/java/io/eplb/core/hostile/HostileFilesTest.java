package io.eplb.core.hostile;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.eplb.api.InvalidInputException;
import io.eplb.core.format.InputSource;
import io.eplb.core.hostile.FileFormats.FileFormat;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Damaged files of every format that is read: each is taken, or refused in one line. */
class HostileFilesTest {
  private static final Path TEMPORARY = Path.of(System.getProperty("java.io.tmpdir", "/tmp"));

  @TempDir private Path folder;

  static List<FileFormat> formats() throws IOException {
    return FileFormats.all();
  }

  @ParameterizedTest
  @MethodSource("formats")
  void everyWholeSampleIsTaken(FileFormat format) throws IOException {
    for (Sample sample : format.samples()) {
      Path path = sample.write(folder);
      format.reading().of(FileFormats.source(path, false));
      if (format.piped()) {
        format.reading().of(FileFormats.source(path, true));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("formats")
  void everyDamagedFileIsTakenOrRefusedAndStaysAsItIs(FileFormat format) throws Exception {
    int all = formats().size();
    new HostileRun(HostileFilesTest.class, format.name(), all)
        .attack(random -> input(format, random));
  }

  private HostileRun.Input input(FileFormat format, Random random) {
    List<Sample> samples = format.samples();
    Sample damaged = samples.get(random.nextInt(samples.size())).damaged(samples, random);
    boolean piped = format.piped() && random.nextInt(4) == 0;
    return new DamagedFile(format, damaged, piped);
  }

  /** A damaged sample. */
  private static final class DamagedFile implements HostileRun.Input {
    private final FileFormat format;
    private final Sample sample;
    private final boolean piped;
    private Path folder = Path.of("");
    private Path path = Path.of("");

    DamagedFile(FileFormat format, Sample sample, boolean piped) {
      this.format = format;
      this.sample = sample;
      this.piped = piped;
    }

    @Override
    public long size() {
      return sample.size();
    }

    @Override
    public long mostMemory() {
      return HostileRun.mostMemory(
          size(), sample.files().values().stream().anyMatch(ArchiveDamage::suits));
    }

    @Override
    public String named() {
      return piped ? "standard input" : folder.toString();
    }

    @Override
    public void write(Path target) throws IOException {
      folder = target;
      path = sample.write(target);
    }

    @Override
    public String read() throws IOException {
      InputSource source = FileFormats.source(path, piped);
      try {
        format.reading().of(source);
        return "";
      } catch (InvalidInputException refusal) {
        return String.valueOf(refusal.getMessage());
      } finally {
        requireUnchanged();
        requireNothingLeft();
      }
    }

    private void requireUnchanged() throws IOException {
      Map<String, byte[]> present = Sample.filesIn(folder);
      assertEquals(sample.files().keySet(), present.keySet());
      for (Map.Entry<String, byte[]> file : sample.files().entrySet()) {
        assertArrayEquals(file.getValue(), present.get(file.getKey()), file.getKey());
      }
    }

    /** Checks that what came through a pipe does not stay in a temporary file. */
    private void requireNothingLeft() throws IOException {
      if (!piped) {
        return;
      }
      byte[] content = Objects.requireNonNull(sample.files().get(sample.name()));
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(TEMPORARY, "eplb-*.{npz,pt}")) {
        for (Path entry : entries) {
          assertFalse(holds(entry, content), () -> "leaves " + entry);
        }
      }
    }

    private static boolean holds(Path file, byte[] content) {
      try {
        return Arrays.equals(Files.readAllBytes(file), content);
      } catch (IOException goneMeanwhile) {
        return false;
      }
    }
  }
}
