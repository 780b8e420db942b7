package io.eplb.core.runtime;

import io.eplb.core.timeline.Timeline;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/** Threads that do nothing unless the test says so, in a time that the test lets pass. */
final class HandDrivenThreads implements BalanceThreads {
  private final Queue<Runnable> events = new ArrayDeque<>();
  private final Queue<Runnable> jobs = new ArrayDeque<>();
  private final Queue<Runnable> recordings = new ArrayDeque<>();
  private final PriorityQueue<Later> later =
      new PriorityQueue<>(Comparator.comparingLong(Later::at).thenComparingLong(Later::number));
  private final HandDrivenTimeline timeline = new HandDrivenTimeline();
  private final HandDrivenWorker worker = new HandDrivenWorker();

  /** True if the worker does nothing that it is asked. */
  boolean workerHangs;

  /** True if no map is written. */
  boolean recorderHangs;

  private long now;
  private long numbers;
  private boolean ended;
  private boolean running;

  private record Later(long at, long number, Runnable task) {}

  @Override
  public Timeline timeline() {
    return timeline;
  }

  @Override
  public ExecutorService worker() {
    return worker;
  }

  @Override
  public Executor recorder() {
    return recording -> {
      if (ended) {
        throw new RejectedExecutionException("ended");
      }
      recordings.add(recording);
    };
  }

  @Override
  public boolean await(CompletionStage<?> stage, Duration limit) {
    if (running) {
      return true; // The caller is one of these threads.
    }
    runAll();
    return stage.toCompletableFuture().isDone();
  }

  @Override
  public void end() {
    ended = true;
  }

  boolean ended() {
    return ended;
  }

  int jobsWaiting() {
    return jobs.size();
  }

  /** Runs events, those that they make included, but no job. */
  void runEvents() {
    for (Runnable event = events.poll(); event != null; event = events.poll()) {
      run(event);
    }
  }

  /** Runs one event; returns whether there was one. */
  boolean runEvent() {
    Runnable event = events.poll();
    if (event != null) {
      run(event);
    }
    return event != null;
  }

  private void run(Runnable task) {
    running = true;
    try {
      task.run();
    } finally {
      running = false;
    }
  }

  /** Runs one job, and nothing that comes of it. */
  void runJob() {
    run(jobs.remove());
  }

  /** Runs events, jobs and recordings until there are none, but for threads that hang. */
  void runAll() {
    runEvents();
    while (true) {
      if (!jobs.isEmpty() && !workerHangs) {
        runJob();
      } else if (!recordings.isEmpty() && !recorderHangs) {
        run(recordings.remove());
      } else {
        return;
      }
      runEvents();
    }
  }

  /** Lets time pass, and what is due in it happen. */
  void pass(Duration time) {
    long until = now + time.toNanos();
    runAll();
    while (!later.isEmpty() && later.element().at() <= until) {
      Later due = later.remove();
      now = due.at();
      run(due.task());
      runAll();
    }
    now = until;
  }

  private final class HandDrivenTimeline implements Timeline {
    @Override
    public long nanoTime() {
      return now;
    }

    @Override
    public void execute(Runnable task) {
      if (ended) {
        throw new RejectedExecutionException("ended");
      }
      events.add(task);
    }

    @Override
    public Scheduled schedule(Runnable task, Duration delay) {
      Later entry = new Later(now + delay.toNanos(), numbers++, task);
      later.add(entry);
      return () -> later.remove(entry);
    }
  }

  private final class HandDrivenWorker extends AbstractExecutorService {
    @Override
    public void execute(Runnable job) {
      if (ended) {
        throw new RejectedExecutionException("ended");
      }
      jobs.add(job);
    }

    @Override
    public void shutdown() {
      ended = true;
    }

    @Override
    public List<Runnable> shutdownNow() {
      shutdown();
      return new ArrayList<>();
    }

    @Override
    public boolean isShutdown() {
      return ended;
    }

    @Override
    public boolean isTerminated() {
      return ended;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
      return ended;
    }
  }
}
