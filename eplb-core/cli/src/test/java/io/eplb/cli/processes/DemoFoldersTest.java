package io.eplb.cli.processes;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.InvalidInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class DemoFoldersTest {
  private static Path written(Path folder) throws Exception {
    return Files.writeString(Files.createDirectories(folder.resolve("a")).resolve("b"), "c");
  }

  @Test
  void nothingIsLeftAfterwards() throws Exception {
    DemoFolders folders = DemoFolders.create(1);
    written(folders.files());
    written(folders.shared().path());
    folders.close();
    assertFalse(Files.exists(folders.files()));
    assertFalse(Files.exists(folders.shared().path()));
  }

  @Test
  void whatTheProcessesSaidIsKeptAfterAFaultAndTheirMemoryIsNot() throws Exception {
    DemoFolders folders = DemoFolders.create(1);
    Path said = written(folders.files());
    folders.keep();
    folders.close();
    assertTrue(Files.exists(said));
    assertFalse(Files.exists(folders.shared().path()));
    Files.delete(said);
    Files.delete(folders.files().resolve("a"));
    Files.delete(folders.files());
  }

  @Test
  void theFoldersOfADemonstrationThatRunsStay() throws Exception {
    try (DemoFolders running = DemoFolders.create(1)) {
      Path said = written(running.shared().path());
      assertThrows(InvalidInputException.class, () -> DemoFolders.create(Long.MAX_VALUE));
      assertTrue(Files.exists(said));
    }
  }

  @Test
  void tooLittleRoomIsRefusedBeforeAProcessStarts() {
    String message =
        String.valueOf(
            assertThrows(InvalidInputException.class, () -> DemoFolders.create(Long.MAX_VALUE))
                .getMessage());
    assertTrue(message.contains("--expert-bytes"), message);
  }
}
