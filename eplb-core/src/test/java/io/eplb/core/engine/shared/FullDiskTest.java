package io.eplb.core.engine.shared;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.InvalidInputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A process whose files the system limits, in place of a full disk. */
@DisabledOnOs(OS.WINDOWS)
class FullDiskTest {
  @TempDir Path folder;

  /** Creates weights of 4 MB in a folder; prints why not. */
  public static final class Creation {
    private Creation() {}

    /** Takes the folder. */
    public static void main(String[] arguments) {
      ExpertTable table = ExpertTable.initial(4, EpTopology.of(8, 1, 1, 1, 8));
      try {
        SharedWeights.createOrOpen(
            new SharedFolder(Path.of(arguments[0])),
            WeightsShape.of(table, 2, 128 << 10),
            0,
            Runnable::run);
      } catch (InvalidInputException refused) {
        System.out.println(refused.getMessage());
      }
    }
  }

  @Test
  void weightsThatFindNoRoomLeaveNothingBehind() throws IOException, InterruptedException {
    Path shared = folder.resolve("shared");
    Process process =
        new ProcessBuilder(
                "sh",
                "-c",
                "ulimit -f 1024 && exec \"$0\" \"$@\"",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-cp",
                System.getProperty("java.class.path"),
                Creation.class.getName(),
                shared.toString())
            .redirectErrorStream(true)
            .start();
    String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    assertTrue(
        printed.startsWith(shared.resolve("weights-0") + " of 44")
            && printed.contains(" bytes cannot be created: "),
        printed);
    try (var files = Files.list(shared)) {
      assertEquals(0, files.count());
    }
  }
}
