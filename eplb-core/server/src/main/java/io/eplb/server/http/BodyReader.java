package io.eplb.server.http;

import io.eplb.server.problem.ProblemException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.thread.Scheduler;

/** Reads one body as it arrives; no thread waits for it. */
final class BodyReader implements Runnable {
  private static final int FIRST_BUFFER = 8 << 10;

  private final Request request;
  private final int most;
  private final CompletableFuture<byte[]> body = new CompletableFuture<>();
  private byte[] bytes;
  private int size;

  private BodyReader(Request request, int most) {
    this.request = request;
    this.most = most;
    this.bytes = new byte[request.getLength() < 0 ? Math.min(FIRST_BUFFER, most) : most];
  }

  /**
   * Reads the body of a request.
   *
   * @param most the most bytes; all of them if the request says its length
   * @param limit the time for all of it
   * @return the bytes, or a {@link ProblemException}: 400 if the sender ended it early, 408 if it
   *     is too slow, 413 if it is too long
   */
  static CompletableFuture<byte[]> read(
      Request request, int most, Duration limit, Scheduler scheduler) {
    BodyReader reader = new BodyReader(request, most);
    Scheduler.Task end =
        scheduler.schedule(
            () -> request.fail(new TimeoutException("the body is late")),
            limit.toMillis(),
            TimeUnit.MILLISECONDS);
    reader.run();
    return reader.body.whenComplete((bytes, failure) -> end.cancel());
  }

  /** Takes what has arrived, and asks to be called again. */
  @Override
  public void run() {
    try {
      takeAll();
    } catch (Throwable broken) {
      // Memory may be short; the sender must hear of it all the same.
      body.completeExceptionally(broken);
    }
  }

  private void takeAll() {
    while (true) {
      Content.Chunk chunk = request.read();
      if (chunk == null) {
        request.demand(this);
        return;
      }
      if (Content.Chunk.isFailure(chunk)) {
        body.completeExceptionally(problem(chunk.getFailure()));
        return;
      }
      boolean last = chunk.isLast();
      boolean fits = take(chunk.getByteBuffer());
      chunk.release();
      if (!fits) {
        body.completeExceptionally(tooLong(most));
        return;
      }
      if (last) {
        body.complete(size == bytes.length ? bytes : Arrays.copyOf(bytes, size));
        return;
      }
    }
  }

  private boolean take(ByteBuffer part) {
    int length = part.remaining();
    if (length > most - size) {
      return false;
    }
    if (length > bytes.length - size) {
      bytes =
          Arrays.copyOf(bytes, (int) Math.min(most, Math.max(2L * bytes.length, size + length)));
    }
    part.get(bytes, size, length);
    size += length;
    return true;
  }

  /** Returns the refusal of a body that is longer than allowed. */
  static ProblemException tooLong(int most) {
    return ProblemException.of(
        HttpStatus.PAYLOAD_TOO_LARGE_413,
        "the body is longer than %d bytes; send less, or start the service with a greater --max-body"
            .formatted(most));
  }

  private ProblemException problem(Throwable failure) {
    return failure instanceof TimeoutException
        ? ProblemException.of(
            HttpStatus.REQUEST_TIMEOUT_408,
            "the body did not arrive in time: %d bytes came; send it at once".formatted(size))
        : ProblemException.of(
            HttpStatus.BAD_REQUEST_400,
            "the body ended early: %d bytes came%s"
                .formatted(
                    size,
                    request.getLength() < 0
                        ? " without an end"
                        : " of " + request.getLength() + " in Content-Length"));
  }
}
