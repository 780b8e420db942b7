package io.eplb.core.isolation;

import com.google.common.base.Throwables;
import io.eplb.core.foreign.FailureReason;
import io.eplb.core.foreign.ForeignFailure;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A process that runs one policy, and the exchange of messages with it. Every question gets one
 * answer; the next question is put after it.
 *
 * <p>A process is alive until it ends, breaks the protocol or is killed; then it stays dead. The
 * wait for an answer ends when the waiting thread is interrupted, which kills the process: the
 * policy may be in a loop that nothing else ends.
 *
 * <p>One thread at a time puts questions; {@link #kill} may be called by any.
 */
final class ChildProcess {
  /** The time that a process gets to end after it has closed its output. */
  private static final long END_MILLIS = 2_000;

  /** Exit codes above this number name the signal that ended a process. */
  private static final int SIGNALLED = 128;

  private static final Set<ChildProcess> LIVING = ConcurrentHashMap.newKeySet();

  static {
    // A child ends by itself when its input ends, unless its policy has suspended that thread.
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(() -> LIVING.forEach(ChildProcess::kill), "eplb-isolation-end"));
  }

  private final Process process;
  private final FrameChannel channel;
  private volatile boolean dead;

  private ChildProcess(Process process) {
    this.process = process;
    this.channel = new FrameChannel(process.getInputStream(), process.getOutputStream());
  }

  /**
   * Starts a process.
   *
   * @param command the program and its arguments
   * @throws ForeignFailure if it cannot be started
   */
  static ChildProcess start(List<String> command) {
    try {
      ChildProcess child =
          new ChildProcess(
              new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
      LIVING.removeIf(other -> !other.alive());
      LIVING.add(child);
      return child;
    } catch (IOException refused) {
      throw failure("a process of its own cannot be started: " + FailureReason.words(refused));
    }
  }

  boolean alive() {
    return !dead && process.isAlive();
  }

  long pid() {
    return process.pid();
  }

  /**
   * Puts a question and waits for the answer.
   *
   * @param maxAnswer the greatest answer that is acceptable, in bytes
   * @throws ForeignFailure if the process ends, writes something else than an answer, or the
   *     waiting thread is interrupted (its flag stays set); the process is dead then
   */
  Frame ask(Frame question, int maxAnswer) {
    CompletableFuture<Frame> answer = new CompletableFuture<>();
    // Streams of a process cannot be interrupted, so a thread is left behind with them.
    Thread exchange =
        new Thread(null, () -> exchange(question, maxAnswer, answer), "eplb-isolation", 0, false);
    exchange.setDaemon(true);
    exchange.start();
    // Descendants of a process that has ended may hold its output open.
    CompletableFuture<?> ended = process.onExit();
    try {
      CompletableFuture.anyOf(answer, ended).get();
      return answer.get(END_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException interrupted) {
      kill();
      Thread.currentThread().interrupt();
      throw failure("the wait for its process was interrupted");
    } catch (ExecutionException failed) {
      throw failed(Throwables.getRootCause(failed));
    } catch (TimeoutException silent) {
      throw failed(null);
    }
  }

  private void exchange(Frame question, int maxAnswer, CompletableFuture<Frame> answer) {
    try {
      channel.write(question);
      answer.complete(channel.read(maxAnswer));
    } catch (Throwable thrown) {
      answer.completeExceptionally(thrown);
    }
  }

  private ForeignFailure failed(@Nullable Throwable thrown) {
    if (thrown instanceof MalformedFrameException malformed) {
      kill();
      return failure(
          "its process wrote something else than an answer to standard output: "
              + malformed.getMessage());
    }
    boolean ended = false;
    try {
      ended = process.waitFor(END_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    kill();
    if (!ended) {
      return failure(
          thrown instanceof IOException || thrown == null
              ? "its process closed its standard output or input"
              : "the exchange with its process failed: " + FailureReason.words(thrown));
    }
    int code = process.exitValue();
    return failure(
        code > SIGNALLED
            ? "its process was ended by signal %d, as by a crash of native code"
                .formatted(code - SIGNALLED)
            : "its process ended with exit code " + code);
  }

  /** Returns a failure without a line of code, which would be this class's and not the policy's. */
  private static ForeignFailure failure(String reason) {
    return ForeignFailure.retold(ChildProcess.class.getName(), reason);
  }

  /** Ends the process and its descendants, if they are alive. */
  void kill() {
    dead = true;
    LIVING.remove(this);
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    Objects.requireNonNull(process.destroyForcibly());
  }
}
