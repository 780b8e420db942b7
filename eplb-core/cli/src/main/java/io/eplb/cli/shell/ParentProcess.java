package io.eplb.cli.shell;

import java.io.IOException;
import java.io.InputStream;

/**
 * The process that has started this one for itself, such as a demonstration of many processes. It
 * sets a property, and keeps the other end of this process's standard input, a pipe.
 */
public final class ParentProcess {
  /** The system property that a parent sets to {@code true}. */
  public static final String PROPERTY = "eplb.child";

  private ParentProcess() {}

  /**
   * Ends this process at once when its parent has ended, however that happened: then the pipe ends.
   * Without the property nothing is read. Call it first, so that a process that is still starting
   * ends too.
   */
  public static void follow(InputStream pipe) {
    if (Boolean.getBoolean(PROPERTY)) {
      Thread watch = new Thread(() -> awaitEnd(pipe), "eplb-parent");
      watch.setDaemon(true);
      watch.start();
    }
  }

  private static void awaitEnd(InputStream pipe) {
    try {
      while (pipe.read() >= 0) {
        // Nothing is sent.
      }
    } catch (IOException closed) {
      // As if it had ended.
    }
    Runtime.getRuntime().halt(ExitCode.DONE);
  }
}
