package io.eplb.core.engine.shared;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.InvalidInputException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessLockTest {
  @TempDir Path folder;

  @Test
  void aLockHasOneOwnerUntilItEnds() {
    Path file = folder.resolve("new").resolve("engine-3.lock");
    ProcessLock first = ProcessLock.take(file, "the engine of rank 3");
    assertTrue(ProcessLock.isHeld(file));
    assertEquals(
        "the engine of rank 3 is running already and holds " + file + "; end it first",
        assertThrows(
                InvalidInputException.class, () -> ProcessLock.take(file, "the engine of rank 3"))
            .getMessage());
    first.close();
    assertFalse(ProcessLock.isHeld(file));
    ProcessLock.take(file, "the engine of rank 3").close();
  }

  @Test
  void aFileThatCannotBeLockedIsNamed() {
    assertThrows(InvalidInputException.class, () -> ProcessLock.take(folder, "the engine"));
    assertThrows(InvalidInputException.class, () -> ProcessLock.isHeld(folder));
  }
}
