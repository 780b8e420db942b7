package io.eplb.cli.processes;

import io.eplb.core.engine.standin.StandInEngine;

/** A stand-in engine from its start to the signal that ends it. */
public final class EngineRun {
  private EngineRun() {}

  /**
   * Serves until a signal asks to end.
   *
   * @throws io.eplb.api.EplbException if the engine cannot start, or its gate is broken
   */
  public static void run(StandInEngine engine) {
    ProcessEnd.onSignal(Thread.currentThread()::interrupt);
    try {
      engine.serve();
    } catch (InterruptedException told) {
      // A signal: the steps in flight have ended.
    }
  }
}
