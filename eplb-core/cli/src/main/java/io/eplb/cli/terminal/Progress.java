package io.eplb.cli.terminal;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Timer;
import java.util.TimerTask;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The progress of a command in one line of a terminal: {@code planning [#### ] 2 of 5 plans, 3 s}.
 * It appears when the command has taken a second, and is gone when this is closed. Without a
 * terminal nothing is drawn and no thread is started. The log gets a line for each thing that is
 * done.
 */
public final class Progress implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Progress.class);
  private static final Duration PATIENCE = Duration.ofSeconds(1);
  private static final Duration PERIOD = Duration.ofMillis(200);
  private static final int WIDTH = 30;

  private final LiveLines lines;
  private final LongSupplier nanoTime;
  private final @Nullable Timer ticker;
  private final long started;

  private String work = "working";
  private long since;
  private long done;
  private long outOf;
  private String units = "";
  private boolean closed;

  Progress(LiveLines lines, LongSupplier nanoTime, @Nullable Timer ticker) {
    this.lines = lines;
    this.nanoTime = nanoTime;
    this.ticker = ticker;
    this.started = nanoTime.getAsLong();
    this.since = started;
  }

  /** Starts the progress of a command. */
  public static Progress on(LiveLines lines) {
    if (!lines.shown()) {
      return new Progress(lines, System::nanoTime, null);
    }
    Timer ticker = new Timer("eplb-progress", true);
    Progress progress = new Progress(lines, System::nanoTime, ticker);
    ticker.schedule(
        new TimerTask() {
          @Override
          public void run() {
            progress.draw();
          }
        },
        PATIENCE.toMillis(),
        PERIOD.toMillis());
    return progress;
  }

  /** Tells that the command begins to do something, in one word or a few: {@code reading}. */
  public void begin(String what) {
    begin(what, 0, "");
  }

  /**
   * Tells that the command begins to do something several times.
   *
   * @param times the number of times
   * @param what the things that are done, in the plural: {@code plans}
   */
  public synchronized void begin(String doing, long times, String what) {
    work = doing;
    since = nanoTime.getAsLong();
    done = 0;
    outOf = times;
    units = what;
  }

  /** Tells how many times it is done. */
  public synchronized void done(long times) {
    done = times;
    LOG.info("{}: {} of {} {}", work, done, outOf, units);
  }

  /** Draws the line, if the command has taken long enough. */
  synchronized void draw() {
    long now = nanoTime.getAsLong();
    if (!closed && now - started >= PATIENCE.toNanos()) {
      lines.draw(List.of(line(Duration.ofNanos(now - since).toSeconds())));
    }
  }

  private String line(long seconds) {
    if (outOf <= 1) {
      return String.format(Locale.ROOT, "%s, %,d s", work, seconds);
    }
    int full = (int) (WIDTH * Math.min(done, outOf) / outOf);
    return String.format(
        Locale.ROOT,
        "%s [%s%s] %,d of %,d %s, %,d s",
        work,
        "#".repeat(full),
        " ".repeat(WIDTH - full),
        done,
        outOf,
        units,
        seconds);
  }

  /** Removes the line for good. */
  @Override
  public synchronized void close() {
    closed = true;
    if (ticker != null) {
      ticker.cancel();
    }
    lines.clear();
  }
}
