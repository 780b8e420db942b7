package io.eplb.core.engine.standin;

import io.eplb.core.engine.shared.SharedFolder;
import java.nio.file.Path;

/** The engine of the one rank as a program: folder of shared files, folder of logs. */
public final class OneRankEngine {
  private OneRankEngine() {}

  /** Serves until killed. */
  public static void main(String[] arguments) throws InterruptedException {
    OneRank.engine(new SharedFolder(Path.of(arguments[0])), Path.of(arguments[1])).serve();
  }
}
