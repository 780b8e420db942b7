package io.eplb.server.page;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.IteratingCallback;

/**
 * The events of one browser. The next topic is taken when the last write has ended, so a browser
 * that reads slowly holds one event and nothing more. Writes happen on the server's threads, one at
 * a time, and wait for nobody.
 */
final class EventStream extends IteratingCallback {
  private static final byte[] BEAT = ":\n\n".getBytes(StandardCharsets.UTF_8);

  private final PageEvents events;
  private final Request request;
  private final Response response;
  private final Callback callback;
  private final Duration beat;
  private final Consumer<EventStream> onEnd;
  private final Runnable listener = this::wake;

  // Touched by process() alone, which runs on one thread at a time.
  private long seen;

  private volatile boolean beatDue;
  private volatile boolean ending;
  private volatile boolean ended;

  /**
   * Creates a stream.
   *
   * @param beat the pause between comments, by which both ends learn that a connection broke
   * @param onEnd is called once when nothing more is sent
   */
  EventStream(
      PageEvents events,
      Request request,
      Response response,
      Callback callback,
      Duration beat,
      Consumer<EventStream> onEnd) {
    this.events = events;
    this.request = request;
    this.response = response;
    this.callback = callback;
    this.beat = beat;
    this.onEnd = onEnd;
  }

  /** Sends all topics, then each change. */
  void start() {
    events.addListener(listener);
    beatLater();
    iterate();
  }

  /** Ends the stream after the event that is being sent. */
  void end() {
    ending = true;
    wake();
  }

  private void wake() {
    try {
      request.getComponents().getExecutor().execute(this::iterate);
    } catch (RejectedExecutionException stopped) {
      abort(stopped);
    }
  }

  private void beatLater() {
    request
        .getComponents()
        .getScheduler()
        .schedule(
            () -> {
              if (!ended) {
                beatDue = true;
                wake();
                beatLater();
              }
            },
            beat.toMillis(),
            TimeUnit.MILLISECONDS);
  }

  @Override
  protected Action process() {
    if (ending) {
      return Action.SUCCEEDED;
    }
    Optional<Topic> next = events.next(seen);
    if (next.isPresent()) {
      seen = next.get().version();
      return write(next.get().event());
    }
    if (beatDue) {
      return write(BEAT);
    }
    return Action.IDLE;
  }

  private Action write(byte[] bytes) {
    beatDue = false;
    response.write(false, ByteBuffer.wrap(bytes), this);
    return Action.SCHEDULED;
  }

  @Override
  protected void onCompleteSuccess() {
    ended();
    callback.succeeded();
  }

  @Override
  protected void onCompleteFailure(Throwable cause) {
    ended();
    callback.failed(cause);
  }

  private void ended() {
    ended = true;
    events.removeListener(listener);
    onEnd.accept(this);
  }
}
