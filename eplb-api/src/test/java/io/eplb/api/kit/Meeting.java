package io.eplb.api.kit;

import io.eplb.api.LayerRunner;
import io.eplb.api.LayerTask;
import java.util.concurrent.Phaser;
import java.util.function.Supplier;

/**
 * Runs layers in order, but waits first until everybody else who is in the meeting runs layers too
 * or has left: several calls of a policy are then in the middle at the same time.
 */
final class Meeting implements LayerRunner {
  private final Phaser phaser;

  Meeting(int members) {
    this.phaser = new Phaser(members);
  }

  @Override
  public <S> void forEachLayer(
      int layers, Supplier<? extends S> newScratch, LayerTask<? super S> task) {
    phaser.arriveAndAwaitAdvance();
    LayerRunner.sequential().forEachLayer(layers, newScratch, task);
  }

  /** Leaves: nobody waits for this member any more. */
  void leave() {
    phaser.arriveAndDeregister();
  }
}
