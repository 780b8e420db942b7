package io.eplb.server.rpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.core.record.SwitchName;
import io.eplb.server.http.HttpLimits;
import io.eplb.server.http.HttpServer;
import io.eplb.server.http.Route;
import io.eplb.server.http.RouteTable;
import io.eplb.server.listen.ListenAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AfterContainer;

/** Bytes of any kind at the address of an agent, whose rank refuses what can be read. */
class HostileRequestsTest {
  private static final String REFUSAL = "rank 3 does not serve: its engine loads its experts";
  private static final List<Route> ROUTES =
      RankRoutes.of(
          () -> {
            throw new IllegalStateException(REFUSAL);
          });
  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  private static final HttpServer SERVER =
      HttpServer.start(
          List.of(ListenAddress.parse("127.0.0.1:0")),
          Optional.empty(),
          Optional.empty(),
          HttpLimits.of(MessageWriter.MOST_BYTES, 8),
          new RouteTable(ROUTES),
          (route, status) -> {});

  @AfterContainer
  static void stop() {
    SERVER.close();
  }

  private static HttpResponse<String> post(String path, byte[] body) throws Exception {
    return CLIENT.send(
        HttpRequest.newBuilder(URI.create(SERVER.addresses().get(0) + path))
            .POST(BodyPublishers.ofByteArray(body))
            .build(),
        BodyHandlers.ofString());
  }

  private static void assertRefusedInWords(HttpResponse<String> answer) {
    assertTrue(Set.of(400, 409).contains(answer.statusCode()), answer.body());
    String reason =
        Problem.words(answer.statusCode(), answer.body().getBytes(StandardCharsets.UTF_8));
    assertFalse(reason.isBlank() || reason.contains("Exception"), reason);
    if (answer.statusCode() == 409) {
      assertEquals(REFUSAL, reason);
    }
  }

  @Property(tries = 200)
  void anyBytesAreRefused(
      @ForAll @IntRange(max = 8) int route, @ForAll @Size(max = 200) byte[] body) throws Exception {
    assertRefusedInWords(post(ROUTES.get(route).path(), body));
  }

  @Property(tries = 200)
  void aMessageThatIsCutOrFollowedByOthersIsRefused(
      @ForAll @IntRange(max = 8) int route, @ForAll @IntRange(max = 60) int length)
      throws Exception {
    byte[] whole =
        RankOperations.PROMISE.ask(
            Duration.ofSeconds(5),
            new RankOperations.AskPromise(
                77, new SwitchName(3, 4), List.of(0, 5), 1_000, "a digest of some characters"));
    assertRefusedInWords(post(ROUTES.get(route).path(), Arrays.copyOf(whole, length)));
  }

  @Property(tries = 1)
  void aBodyThatIsTooLongIsNotRead() throws Exception {
    HttpResponse<String> answer =
        post(ROUTES.get(0).path(), new byte[MessageWriter.MOST_BYTES + 1]);
    assertEquals(413, answer.statusCode());
  }
}
