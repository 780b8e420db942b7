package io.eplb.server.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A place before or after a message of the protocol, at which a test of faults holds a planner. The
 * system property {@value #PROPERTY} names a folder. If a file there has the name of an arrow, the
 * process that comes to it renames the file to {@code NAME.reached}, and waits until that is gone.
 * Without the property nothing is looked at.
 */
public final class Arrow {
  /** The property. */
  public static final String PROPERTY = "eplb.arrows";

  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  private static final @Nullable Path FOLDER = folder();

  private Arrow() {}

  private static @Nullable Path folder() {
    String named = System.getProperty(PROPERTY);
    return named == null ? null : Path.of(named);
  }

  /** Returns whether a test watches this process. */
  public static boolean watched() {
    return FOLDER != null;
  }

  /** Holds this thread if a test asks for it. */
  public static void pass(String name) {
    Path folder = FOLDER;
    if (folder == null || !Files.exists(folder.resolve(name))) {
      return;
    }
    Path reached = folder.resolve(name + ".reached");
    try {
      Files.move(folder.resolve(name), reached, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException takenByAnother) {
      return;
    }
    while (Files.exists(reached)) {
      LockSupport.parkNanos(LOOK_NANOS);
    }
  }
}
