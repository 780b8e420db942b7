package io.eplb.server.rpc;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.InternalException;
import io.eplb.api.InvalidInputException;
import io.eplb.api.LoadPhase;
import io.eplb.core.load.LoadRecording;
import io.eplb.core.migration.Place;
import io.eplb.core.record.SwitchName;
import io.eplb.core.runtime.MeasuredLoad;
import io.eplb.core.runtime.RankConnection;
import io.eplb.core.runtime.RankLoads;
import io.eplb.core.runtime.RankMeasures;
import io.eplb.core.runtime.RankSteps;
import io.eplb.core.update.promise.LayerRow;
import io.eplb.core.update.promise.Preparation;
import io.eplb.core.update.promise.RankLink;
import io.eplb.server.http.BearerToken;
import io.eplb.server.http.HttpLimits;
import io.eplb.server.http.HttpServer;
import io.eplb.server.http.RouteTable;
import io.eplb.server.listen.ListenAddress;
import io.eplb.server.listen.PemFiles;
import io.eplb.server.listen.TlsCertificate;
import io.eplb.server.listen.TrustedCertificates;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The requests to a rank, made over a real connection. */
class RemoteRankTest {
  private static final Duration LONG = Duration.ofMinutes(5);
  private static final RpcClient.Limits PATIENT = new RpcClient.Limits(LONG, LONG);
  private static final RpcClient.Limits HURRIED =
      new RpcClient.Limits(Duration.ofMillis(50), Duration.ofMillis(50));
  private static final SwitchName NAME = new SwitchName(3, 8);

  private final FakeRank rank = new FakeRank();
  private final List<AutoCloseable> opened = new CopyOnWriteArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : opened) {
      each.close();
    }
  }

  private RpcAddress serve(Optional<TlsCertificate> tls, Optional<String> token, int waiting) {
    HttpServer server =
        HttpServer.start(
            List.of(ListenAddress.parse("localhost:0")),
            tls,
            token.map(BearerToken::new),
            HttpLimits.of(MessageWriter.MOST_BYTES, waiting),
            new RouteTable(RankRoutes.of(() -> new RankConnection(rank, rank))),
            (route, status) -> {});
    opened.add(server);
    return RpcAddress.parse(server.addresses().get(0));
  }

  private RemoteRank remote(
      RpcAddress address,
      Optional<String> token,
      Optional<SSLContext> tls,
      RpcClient.Limits limits) {
    RpcClient client = new RpcClient(token, tls, limits);
    opened.add(client);
    return new RemoteRank(new AgentRequests(client, address));
  }

  private RemoteRank remote(RpcClient.Limits limits) {
    return remote(
        serve(Optional.empty(), Optional.empty(), 100), Optional.empty(), Optional.empty(), limits);
  }

  private static <T> T get(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get();
  }

  private static String refusal(CompletionStage<?> stage) {
    ExecutionException failed = assertThrows(ExecutionException.class, () -> get(stage));
    assertTrue(failed.getCause() instanceof RpcException, String.valueOf(failed.getCause()));
    return String.valueOf(failed.getMessage());
  }

  @Test
  void everyRequestAndItsAnswerArriveAsTheyWereSent() throws Exception {
    RemoteRank remote = remote(PATIENT);
    RankLink.Joined joined = new RankLink.Joined(Long.MAX_VALUE, List.of(0, 7), 1L << 40);
    rank.answer(joined);
    assertEquals(joined, get(remote.join(3, 5, 70)));
    rank.answer(55L);
    assertEquals(55L, get(remote.nextStep(9)));
    RankLink.Promise promise = new RankLink.Promise(true, 12);
    rank.answer(promise);
    assertEquals(promise, get(remote.promise(9, NAME, List.of(0, 300), 20, "abc")));
    rank.answers.add(CompletableFuture.completedFuture(null));
    get(remote.outcome(9, NAME, true, 71));
    rank.answers.add(CompletableFuture.completedFuture(null));
    get(remote.switched(9, 71));
    rank.answers.add(CompletableFuture.completedFuture(null));
    get(remote.release(9, 3, 4));
    assertEquals(
        List.of(
            "join [3, 5, 70]",
            "nextStep [9]",
            "promise [9, switch 8 of epoch 3, [0, 300], 20, abc]",
            "outcome [9, switch 8 of epoch 3, true, 71]",
            "switched [9, 71]",
            "release [9, 3, 4]"),
        List.copyOf(rank.asked));
  }

  @Test
  void stepsAndLoadsArriveAsTheyWereMeasured() throws Exception {
    RpcClient client = new RpcClient(Optional.empty(), Optional.empty(), PATIENT);
    opened.add(client);
    RankMeasures measures =
        AgentRequests.connection(client, serve(Optional.empty(), Optional.empty(), 100)).measures();
    RankSteps steps =
        new RankSteps(
            4,
            List.of(
                new RankSteps.PhaseSteps(LoadPhase.PREFILL, 3),
                new RankSteps.PhaseSteps(LoadPhase.DECODE, 1L << 50)));
    rank.answer(steps);
    assertEquals(steps, get(measures.steps()));
    RankLoads loads = loads(4, 58, 1_024);
    rank.loads = loads;
    RankLoads arrived = get(measures.loads());
    assertEquals(loads.incarnation(), arrived.incarnation());
    for (int phase = 0; phase < 2; phase++) {
      assertEquals(loads.loads().get(phase).phase(), arrived.loads().get(phase).phase());
      assertArrayEquals(
          numbers(loads.loads().get(phase)), numbers(arrived.loads().get(phase)), "phase " + phase);
    }
    rank.loads = new RankLoads(9, List.of());
    assertEquals(rank.loads, get(measures.loads()));
  }

  @Test
  void loadsOfTwoIncarnationsAreNotMixed() {
    RpcClient client = new RpcClient(Optional.empty(), Optional.empty(), PATIENT);
    opened.add(client);
    RankMeasures measures =
        AgentRequests.connection(client, serve(Optional.empty(), Optional.empty(), 100)).measures();
    rank.loads = loads(4, 58, 1_024);
    rank.loadsNext = loads(5, 58, 1_024);
    assertTrue(refusal(measures.loads()).contains("it has restarted"));
  }

  private static double[] numbers(MeasuredLoad load) {
    return IntStream.range(0, load.tokens().layers() * load.tokens().experts())
        .mapToDouble(
            at ->
                load.tokens().tokens(0, at / load.tokens().experts(), at % load.tokens().experts()))
        .toArray();
  }

  private static RankLoads loads(long incarnation, int layers, int experts) {
    Random random = new Random(incarnation);
    return new RankLoads(
        incarnation,
        List.of(
            new MeasuredLoad(
                LoadPhase.PREFILL,
                LoadRecording.of(
                    1,
                    layers,
                    experts,
                    random.ints((long) layers * experts, 0, 1 << 30).asDoubleStream().toArray())),
            new MeasuredLoad(
                LoadPhase.DECODE,
                LoadRecording.of(
                    1,
                    layers,
                    experts,
                    random.ints((long) layers * experts, 0, 9).asDoubleStream().toArray()))));
  }

  /** 1,024 ranks × 16 slots: the widest layer of the largest group. */
  @Test
  void thePreparationOfTheWidestLayerArrivesInOneMessage() throws Exception {
    RemoteRank remote = remote(PATIENT);
    int[] experts = new Random(1).ints(16_384, 0, 16_384).toArray();
    int[] order = new Random(2).ints(16_384, 0, 1_024).toArray();
    Preparation preparation =
        new Preparation(
            5,
            6,
            57,
            new LayerRow(experts, order),
            IntStream.range(0, 16)
                .mapToObj(
                    at ->
                        new Preparation.Receive(
                            16_383 - at,
                            at == 0 ? Place.CHECKPOINT : Place.slot(1_023 - at, at),
                            at))
                .toList(),
            IntStream.range(0, 16).mapToObj(at -> new Preparation.Exchange(15 - at, at)).toList());
    rank.answers.add(CompletableFuture.completedFuture(null));
    get(remote.prepare(1, preparation));
    assertEquals(preparation, rank.prepared.take());
  }

  @Test
  void anAnswerThatTakesLongHoldsNoThreadOfEitherSide() throws Exception {
    RemoteRank remote = remote(PATIENT);
    List<CompletableFuture<Void>> answers = new ArrayList<>();
    List<CompletionStage<Void>> asked = new ArrayList<>();
    for (int request = 0; request < 60; request++) {
      CompletableFuture<Void> answer = new CompletableFuture<>();
      answers.add(answer);
      rank.answers.add(answer);
      asked.add(remote.switched(1, request + 2));
    }
    for (int request = 0; request < 60; request++) {
      rank.asked.take();
    }
    rank.answer(4L);
    assertEquals(4L, get(remote.nextStep(1)));
    answers.forEach(answer -> answer.complete(null));
    for (CompletionStage<Void> each : asked) {
      get(each);
    }
  }

  @Test
  void whatTheRankRefusesIsSaidInItsWords() {
    RemoteRank remote = remote(PATIENT);
    rank.answers.add(
        CompletableFuture.failedFuture(new IllegalStateException("epoch 2 is deposed\nby 3")));
    assertTrue(
        refusal(remote.join(2, 1, 7)).endsWith(" refuses join: epoch 2 is deposed by 3"),
        "the reason is missing");
  }

  @Test
  void aRefusalThatStaysIsToldFromOneThatMayPass() {
    RemoteRank remote = remote(PATIENT);
    rank.answers.add(CompletableFuture.failedFuture(new InternalException("rank 3 has restarted")));
    ExecutionException failed =
        assertThrows(ExecutionException.class, () -> get(remote.nextStep(1)));
    assertTrue(failed.getCause() instanceof InternalException, String.valueOf(failed.getCause()));
    assertTrue(String.valueOf(failed.getMessage()).endsWith("rank 3 has restarted"));
  }

  @Test
  void aRankThatDoesNotAnswerFailsTheRequestInTime() {
    RemoteRank remote = remote(HURRIED);
    String reason = refusal(remote.switched(1, 2));
    assertTrue(reason.contains("within 50 ms"), reason);
    reason = refusal(remote.join(1, 1, 1));
    assertTrue(reason.contains("within 50 ms"), reason);
  }

  @Test
  void aRequestIsFreeToBeMadeAgainWhenItIsLate() {
    RemoteRank remote = remote(HURRIED);
    for (int request = 0; request < 130; request++) {
      assertFalse(refusal(remote.switched(1, 2)).contains("under way"));
    }
  }

  @Test
  void requestsBeyondTheBoundAreRefusedHere() throws Exception {
    RemoteRank remote = remote(PATIENT);
    for (int request = 0; request < 64; request++) {
      remote.switched(1, 2);
      rank.asked.take();
    }
    String reason = refusal(remote.nextStep(1));
    assertTrue(reason.endsWith("64 requests are under way to it already"), reason);
  }

  @Test
  void requestsBeyondTheAgentsBoundAreRefusedThere() throws Exception {
    RpcAddress address = serve(Optional.empty(), Optional.empty(), 1);
    RemoteRank remote = remote(address, Optional.empty(), Optional.empty(), PATIENT);
    remote.switched(1, 2);
    rank.asked.take();
    assertTrue(refusal(remote.nextStep(1)).contains("wait for an answer already"));
  }

  @Test
  void aRankThatIsNotThereFailsTheRequest() throws Exception {
    int port;
    try (ServerSocket taken = new ServerSocket(0)) {
      port = taken.getLocalPort();
    }
    RemoteRank remote =
        remote(
            new RpcAddress(false, "127.0.0.1", port), Optional.empty(), Optional.empty(), PATIENT);
    String reason = refusal(remote.join(1, 1, 1));
    assertTrue(reason.endsWith("it cannot be reached: no connection is accepted there"), reason);
  }

  @Test
  void theTokenOpensTheRankAndNothingElseDoes() throws Exception {
    RpcAddress address = serve(Optional.empty(), Optional.of("secret"), 100);
    rank.answer(5L);
    assertEquals(
        5L, get(remote(address, Optional.of("secret"), Optional.empty(), PATIENT).nextStep(1)));
    for (Optional<String> wrong : List.of(Optional.of("secre"), Optional.<String>empty())) {
      String reason = refusal(remote(address, wrong, Optional.empty(), PATIENT).nextStep(1));
      assertTrue(reason.contains("the token is missing or wrong"), reason);
      assertFalse(reason.contains("secre "), reason);
    }
    assertEquals(1, rank.asked.size());
  }

  @Test
  void theTokenIsNotSentInTheClearToAnotherMachine() {
    RpcAddress elsewhere = new RpcAddress(false, "192.0.2.1", 7460);
    String reason =
        refusal(remote(elsewhere, Optional.of("secret"), Optional.empty(), PATIENT).nextStep(1));
    assertTrue(reason.contains("not sent there in the clear"), reason);
  }

  @Test
  void ranksAreReachedOverTlsByThoseWhoTrustTheirCertificate() throws Exception {
    TlsCertificate certificate =
        TlsCertificate.read(PemFiles.file("ec.pem"), PemFiles.file("ec-key.pem"));
    RpcAddress address = serve(Optional.of(certificate), Optional.of("secret"), 100);
    assertTrue(address.secure());
    SSLContext trusting = TrustedCertificates.read(PemFiles.file("ec.pem"));
    rank.answer(5L);
    assertEquals(
        5L,
        get(remote(address, Optional.of("secret"), Optional.of(trusting), PATIENT).nextStep(1)));
    SSLContext other = TrustedCertificates.read(PemFiles.file("rsa.pem"));
    assertTrue(
        refusal(remote(address, Optional.of("secret"), Optional.of(other), PATIENT).nextStep(1))
            .contains("it cannot be reached"));
  }

  /** Answers every connection with the same bytes. */
  private RpcAddress answering(String answer) throws IOException {
    ServerSocket server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    opened.add(server);
    Thread thread =
        new Thread(
            () -> {
              try {
                while (true) {
                  Socket socket = server.accept();
                  opened.add(socket);
                  socket.getInputStream().read(new byte[1]);
                  socket.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
                  socket.getOutputStream().flush();
                }
              } catch (IOException closed) {
                // The test is over.
              }
            });
    thread.setDaemon(true);
    thread.start();
    return new RpcAddress(false, "127.0.0.1", server.getLocalPort());
  }

  private String refusalOf(String answer) throws IOException {
    return refusal(
        remote(answering(answer), Optional.empty(), Optional.empty(), PATIENT).nextStep(1));
  }

  @Test
  void anAnswerThatIsNoneIsRefusedWithoutReadingIt() throws Exception {
    String ok = "HTTP/1.1 200 OK\r\n";
    assertTrue(
        refusalOf(ok + "Content-Length: 65537\r\n\r\nx").contains("65537 bytes"), "too long");
    assertTrue(
        refusalOf(ok + "Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n")
            .contains("does not say its length"),
        "chunked");
    assertTrue(refusalOf(ok + "Content-Length: 0\r\n\r\n").contains("something else"), "empty");
    assertTrue(
        refusalOf(ok + "Content-Length: 2\r\n\r\n\1\1").contains("bytes too many"), "too many");
    assertTrue(
        refusalOf("HTTP/1.1 500 Oh\r\nContent-Length: 1\r\n\r\n{").contains("HTTP status 500"));
    assertTrue(refusalOf("SSH-2.0\r\n\r\n").contains("it cannot be reached"));
  }

  @Test
  void anAnswerThatNeverEndsFailsTheRequestInTime() throws Exception {
    RpcAddress address = answering("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab");
    assertTrue(
        refusal(remote(address, Optional.empty(), Optional.empty(), HURRIED).nextStep(1))
            .contains("within 50 ms"));
  }

  @Test
  void anAddressIsHttpOrHttpsWithHostAndPort() {
    assertEquals(new RpcAddress(true, "::1", 443), RpcAddress.parse("https://[::1]:443"));
    assertEquals("https://[::1]:443", RpcAddress.parse("https://[::1]:443").toString());
    for (String wrong :
        List.of(
            "",
            "host:1",
            "ftp://host:1",
            "http://host",
            "http://host:0",
            "http://host:65536",
            "http://host:1/path",
            "http://host:1?x=1",
            "http://user@host:1",
            "http://host:1#x",
            "http://" + "h".repeat(400) + ":1")) {
      assertThrows(InvalidInputException.class, () -> RpcAddress.parse(wrong), wrong);
    }
  }
}
