package io.eplb.server.page;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.component.Graceful;

/**
 * The live page over HTTP: its files at {@code /} and {@code /page/…}, which anybody may have, and
 * the stream of events at {@value #EVENTS}, for which the caller asks for the token before. Other
 * paths and methods are left to others. Connections that are idle for 30 seconds may be closed: a
 * stream is never idle for more than ten.
 */
public final class LivePage extends Handler.Abstract.NonBlocking implements Graceful {
  /** The path of the stream of events. */
  public static final String EVENTS = "/events";

  /** Forbids everything that the page does not need, so that a text that got through stays text. */
  private static final String SECURITY_POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  private static final HttpFields FILE_HEADERS =
      HttpFields.from(
          new HttpField("Content-Security-Policy", SECURITY_POLICY),
          new HttpField("X-Content-Type-Options", "nosniff"),
          new HttpField("Referrer-Policy", "no-referrer"),
          new HttpField(HttpHeader.CACHE_CONTROL, "no-cache"));

  private static final HttpFields EVENT_HEADERS =
      HttpFields.from(
          new HttpField(HttpHeader.CONTENT_TYPE, "text/event-stream"),
          new HttpField("X-Content-Type-Options", "nosniff"),
          new HttpField(HttpHeader.CACHE_CONTROL, "no-store"));

  private static final Duration BEAT = Duration.ofSeconds(10);

  private final PageEvents events;
  private final Duration beat;
  private final Map<String, PageFile> files =
      PageFile.all().stream().collect(Collectors.toMap(PageFile::path, Function.identity()));
  private final Set<EventStream> streams = ConcurrentHashMap.newKeySet();
  private volatile boolean shutdown;

  /** Creates the page of some events. */
  public LivePage(PageEvents events) {
    this(events, BEAT);
  }

  LivePage(PageEvents events, Duration beat) {
    this.events = events;
    this.beat = beat;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    String path = Request.getPathInContext(request);
    boolean get = HttpMethod.GET.is(request.getMethod());
    if (path.equals(EVENTS) && get && !shutdown) {
      stream(request, response, callback);
      return true;
    }
    PageFile file = files.get(path);
    if (file == null || !(get || HttpMethod.HEAD.is(request.getMethod()))) {
      return false;
    }
    response.getHeaders().add(FILE_HEADERS).put(HttpHeader.CONTENT_TYPE, file.type());
    response.getHeaders().put(HttpHeader.CONTENT_LENGTH, file.content().remaining());
    // Jetty leaves the body of a HEAD out.
    response.write(true, file.content().duplicate(), callback);
    return true;
  }

  private void stream(Request request, Response response, Callback callback) {
    response.getHeaders().add(EVENT_HEADERS);
    EventStream stream =
        new EventStream(events, request, response, callback, beat, streams::remove);
    streams.add(stream);
    stream.start();
    if (shutdown) {
      stream.end();
    }
  }

  /** Returns the number of streams that are open. */
  int streams() {
    return streams.size();
  }

  /** Ends all streams; a browser then connects again, to the service that comes next. */
  public void endStreams() {
    shutdown = true;
    streams.forEach(EventStream::end);
  }

  @Override
  public CompletableFuture<Void> shutdown() {
    endStreams();
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public boolean isShutdown() {
    return shutdown;
  }

  @Override
  protected void doStart() throws Exception {
    shutdown = false;
    super.doStart();
  }

  @Override
  protected void doStop() throws Exception {
    endStreams();
    super.doStop();
  }
}
