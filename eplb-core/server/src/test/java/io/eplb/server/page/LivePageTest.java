package io.eplb.server.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.server.observe.RecordedPlans;
import io.eplb.server.observe.SmallPlans;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(120) // Only a stream that hangs needs so long.
class LivePageTest {
  private final PageEvents events = new PageEvents();
  private final PageServer server = new PageServer(events, Optional.empty(), 0).start();
  private final HttpClient client = HttpClient.newHttpClient();

  @AfterEach
  void stop() {
    server.close();
  }

  @ParameterizedTest
  @CsvSource({
    "/, text/html; charset=utf-8",
    "/page/page.css, text/css; charset=utf-8",
    "/page/page.js, text/javascript; charset=utf-8",
    "/page/stream.js, text/javascript; charset=utf-8",
    "/page/element.js, text/javascript; charset=utf-8",
    "/page/heat.js, text/javascript; charset=utf-8",
    "/page/chart.js, text/javascript; charset=utf-8",
  })
  void aFileOfThePageForbidsWhatThePageDoesNotNeed(String path, String type) throws Exception {
    HttpResponse<String> file = ask("GET", path);

    assertEquals(200, file.statusCode());
    assertEquals(type, header(file, "Content-Type"));
    assertTrue(
        header(file, "Content-Security-Policy")
            .startsWith("default-src 'none'; script-src 'self';"));
    assertEquals("nosniff", header(file, "X-Content-Type-Options"));
    assertEquals("no-cache", header(file, "Cache-Control"));
    assertEquals(
        header(file, "Content-Length"),
        String.valueOf(file.body().getBytes(StandardCharsets.UTF_8).length));
    assertEquals(header(file, "Content-Length"), header(ask("HEAD", path), "Content-Length"));
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /page/",
    "GET, /page/index.html",
    "GET, /page/PageEvents.class",
    "GET, /page/../LivePage.class",
    "POST, /",
    "POST, /events",
    "GET, /other"
  })
  void otherPathsAndMethodsAreLeftToOthers(String method, String path) throws Exception {
    assertTrue(ask(method, path).statusCode() >= 400);
  }

  @Test
  void aStreamBeginsWithTheStateAndGoesOnWithEachChange() throws Exception {
    events.planned(SmallPlans.of("a", "2x4", 1));
    try (Stream stream = new Stream(server.port())) {
      assertTrue(stream.awaitData().contains("\"group\":\"a\""));
      assertTrue(stream.awaitData().startsWith("data: {\"topics\":"));

      events.planned(SmallPlans.of("a", "2x4", 2));
      assertTrue(stream.awaitData().contains("\"number\":2"));
      events.groupForgotten("a");
      assertEquals("data: {\"topics\":[]}", stream.awaitData());
    }
  }

  @Test
  void aReaderThatSleepsHoldsNobodyUpAndEndsWithTheLatestState() throws Exception {
    try (Stream sleeper = new Stream(server.port());
        Stream awake = new Stream(server.port())) {
      sleeper.awaitData();
      awake.awaitData();
      var recorded = RecordedPlans.of("big", "default");
      // Some 50 kB each: far more than the socket of the sleeper takes.
      for (int round = 0; round < 100; round++) {
        recorded.forEach(events::planned);
      }
      events.planned(SmallPlans.of("last", "2x4", 77));

      awaitGroup(awake, "\"group\":\"last\"");
      int received = awaitGroup(sleeper, "\"group\":\"last\"");

      assertTrue(received < 400, received + " events: whole states are skipped, not queued");
    }
  }

  @Test
  void manyStreamsGetTheSameEvent() throws Exception {
    List<Stream> streams = new ArrayList<>();
    try {
      for (int stream = 0; stream < 100; stream++) {
        streams.add(new Stream(server.port()));
      }
      for (Stream stream : streams) {
        stream.awaitData();
      }
      events.planned(SmallPlans.of("a", "2x4", 1));
      for (Stream stream : streams) {
        assertTrue(stream.awaitData().contains("\"group\":\"a\""));
      }
    } finally {
      for (Stream stream : streams) {
        stream.close();
      }
    }
  }

  @Test
  void aReaderThatIsGoneIsForgotten() throws Exception {
    try (Stream stream = new Stream(server.port())) {
      stream.awaitData();
    }
    // The first writes may still fit into the connection; one of the next tells that it is gone.
    long number = 0;
    while (server.page().streams() > 0) {
      events.planned(SmallPlans.of("a", "2x4", ++number));
    }
  }

  @Test
  void aQuietStreamSendsCommentsAgainAndAgain() throws Exception {
    try (PageServer quick =
            new PageServer(new LivePage(events, Duration.ofMillis(10)), Optional.empty(), 0)
                .start();
        Stream stream = new Stream(quick.port())) {
      stream.awaitData();
      for (int beat = 0; beat < 5; beat++) {
        while (!":".equals(stream.line())) {
          assertEquals(1, quick.page().streams());
        }
      }
    }
  }

  @Test
  void aStopEndsTheStreams() throws Exception {
    try (Stream stream = new Stream(server.port())) {
      stream.awaitData();

      server.close();

      String line = stream.line();
      while (line != null && !line.startsWith("data:")) {
        line = stream.line();
      }
      assertEquals(null, line, "nothing follows, and the end is regular");
      assertEquals(0, server.page().streams());
    }
  }

  private static int awaitGroup(Stream stream, String text) throws IOException {
    int received = 1;
    while (!stream.awaitData().contains(text)) {
      received++;
    }
    return received;
  }

  private HttpResponse<String> ask(String method, String path) throws Exception {
    return client.send(
        HttpRequest.newBuilder(URI.create(server.address() + path))
            .method(method, HttpRequest.BodyPublishers.noBody())
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private static String header(HttpResponse<String> response, String name) {
    return response.headers().firstValue(name).orElse("none");
  }

  /** A reader of events that reads when it is asked to, and no earlier. */
  private static final class Stream implements AutoCloseable {
    private final Socket socket;
    private final BufferedReader reader;

    Stream(int port) throws IOException {
      socket = new Socket(InetAddress.getLoopbackAddress(), port);
      socket
          .getOutputStream()
          .write("GET /events HTTP/1.1\r\nHost: page\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      reader =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8), 1_024);
    }

    /** Returns the next line with data; the marks of the chunks are between them. */
    String awaitData() throws IOException {
      String line = line();
      while (line != null && !line.startsWith("data: ")) {
        line = line();
      }
      assertNotNull(line, "the stream ended");
      return line;
    }

    String line() throws IOException {
      return reader.readLine();
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
