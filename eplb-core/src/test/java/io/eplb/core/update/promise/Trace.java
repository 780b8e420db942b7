package io.eplb.core.update.promise;

import io.eplb.core.timeline.VirtualTime;
import java.util.ArrayList;
import java.util.List;

/** The events of one schedule as text, if somebody wants to read them. */
final class Trace {
  private final VirtualTime time;
  private final boolean kept;
  private final List<String> lines = new ArrayList<>();

  Trace(VirtualTime time, boolean kept) {
    this.time = time;
    this.kept = kept;
  }

  void add(Object who, Object what) {
    if (kept) {
      lines.add("%12.3f ms  %-10s %s".formatted(time.nanoTime() / 1e6, who, what));
    }
  }

  @Override
  public String toString() {
    return String.join("\n", lines);
  }
}
