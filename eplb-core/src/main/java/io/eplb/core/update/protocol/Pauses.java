package io.eplb.core.update.protocol;

import java.time.Duration;

/** How often and how long steps were held up. Belongs to the updater's timeline. */
final class Pauses {
  private int count;
  private long longest;
  private long total;

  void add(long nanos) {
    count++;
    longest = Math.max(longest, nanos);
    total += nanos;
  }

  int count() {
    return count;
  }

  Duration longest() {
    return Duration.ofNanos(longest);
  }

  Duration total() {
    return Duration.ofNanos(total);
  }
}
