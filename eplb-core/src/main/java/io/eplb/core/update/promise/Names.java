package io.eplb.core.update.promise;

import io.eplb.core.record.SwitchName;

/** The numbers of one epoch; none is given twice. Belongs to the updater's timeline. */
final class Names {
  private final long epoch;
  private long preparations;
  private long switches;

  Names(long epoch) {
    this.epoch = epoch;
  }

  /** Returns the number of the next preparation, without giving it. */
  long nextPreparation() {
    return preparations + 1;
  }

  long preparation() {
    return ++preparations;
  }

  SwitchName ofSwitch() {
    return new SwitchName(epoch, ++switches);
  }
}
