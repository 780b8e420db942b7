package io.eplb.server.http;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.IteratingCallback;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The events on their way to one client. They wait in memory while the client is slow; one that
 * falls too far behind is cut off. A comment now and then shows whether the client is still there.
 */
final class EventStream extends IteratingCallback {
  /** The most bytes that wait for a client. */
  static final int MOST_BYTES = 8 << 20;

  private static final Logger LOG = LoggerFactory.getLogger(EventStream.class);
  private static final String COMMENT = ":\n\n";
  private static final long COMMENT_SECONDS = 15;

  private final Response response;
  private final Callback callback;
  private final Scheduler scheduler;
  private final Queue<byte[]> waiting = new ArrayDeque<>();
  private int waitingBytes;
  private boolean ended;
  private @Nullable AutoCloseable subscription;
  private Scheduler.@Nullable Task comment;

  private EventStream(Response response, Callback callback, Scheduler scheduler) {
    this.response = response;
    this.callback = callback;
    this.scheduler = scheduler;
  }

  /**
   * Starts to send a feed.
   *
   * @param callback told when the client is gone
   */
  static void start(Feed feed, Response response, Callback callback, Scheduler scheduler) {
    EventStream stream = new EventStream(response, callback, scheduler);
    stream.keepAlive();
    stream.subscribed(feed.subscribe(stream::send));
  }

  private void subscribed(AutoCloseable started) {
    synchronized (this) {
      if (!ended) {
        subscription = started;
        return;
      }
    }
    close(started);
  }

  /** Sends a comment, and will do so again. */
  private void keepAlive() {
    send(COMMENT);
    synchronized (this) {
      if (!ended) {
        comment = scheduler.schedule(this::keepAlive, COMMENT_SECONDS, TimeUnit.SECONDS);
      }
    }
  }

  private void send(String event) {
    byte[] bytes = event.getBytes(StandardCharsets.UTF_8);
    boolean behind;
    synchronized (this) {
      if (ended) {
        return;
      }
      waiting.add(bytes);
      waitingBytes += bytes.length;
      behind = waitingBytes > MOST_BYTES;
    }
    if (behind) {
      abort(new IllegalStateException("the client is too slow for the events"));
    } else {
      iterate();
    }
  }

  @Override
  protected Action process() {
    byte[] next;
    synchronized (this) {
      next = waiting.poll();
      if (next == null) {
        return Action.IDLE;
      }
      waitingBytes -= next.length;
    }
    response.write(false, ByteBuffer.wrap(next), this);
    return Action.SCHEDULED;
  }

  @Override
  protected void onCompleteFailure(Throwable gone) {
    LOG.debug("a client of the events has gone", gone);
    AutoCloseable left;
    synchronized (this) {
      ended = true;
      waiting.clear();
      left = subscription;
      if (comment != null) {
        comment.cancel();
      }
    }
    if (left != null) {
      close(left);
    }
    callback.failed(gone);
  }

  private static void close(AutoCloseable subscription) {
    try {
      subscription.close();
    } catch (Exception stuck) {
      LOG.warn("the subscription to the events cannot be ended", stuck);
    }
  }
}
