package io.eplb.server;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.core.config.EplbConfig;
import io.eplb.core.config.Settings;
import io.eplb.server.listen.ListenAddress;
import io.eplb.server.message.AnswerFormat;
import io.eplb.server.observe.ServiceObserver;
import io.eplb.server.planning.PlanAnswer;
import io.eplb.server.planning.PlanAsk;
import io.eplb.server.planning.PlanService;
import io.eplb.server.planning.PlanSettings;
import io.eplb.server.state.StateFolder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Prints what the service costs beside planning in the same process, what happens when all ranks
 * ask at once, and what memory a hundred thousand rounds leave behind. Started by {@code mvn -q -pl
 * eplb-core/server -am -Pbenchmark-service -DskipTests test}.
 */
public final class ServiceCostReport {
  private static final MeasuredModel MODEL = new MeasuredModel(75, 256, 32, 288);
  private static final int WARM_UP = 150;
  private static final int PLANS = 300;
  private static final int CROWDS = 5;
  private static final int ROUNDS = 100_000;

  private ServiceCostReport() {}

  /** Measures and prints; the argument is {@code cost}, {@code crowd} or {@code rounds}. */
  public static void main(String[] arguments) throws Exception {
    Path folder = Files.createTempDirectory("eplb-cost");
    switch (arguments[0]) {
      case "cost" -> {
        overhead("default", folder);
        overhead("incremental", folder);
      }
      case "crowd" -> {
        crowd(256, folder);
        crowd(1_024, folder);
      }
      case "rounds" -> rounds(folder);
      default -> throw new IllegalArgumentException(arguments[0]);
    }
  }

  private static PlanSettings settings(MeasuredModel model, String policy) {
    return PlanSettings.builder(
            EplbConfig.defaults()
                .with(Settings.RANKS, (long) model.ranks())
                .with(Settings.REDUNDANT_EXPERTS, (long) model.slots() - model.experts())
                .with(Settings.POLICY, policy))
        .build();
  }

  private static PlanningServer server(PlanSettings plans, String address) {
    return PlanningServer.start(
        ServerSettings.builder().listen(ListenAddress.parse(address)).build(), plans);
  }

  /** Returns the layout that engines start from. */
  static ExpertTable initial(MeasuredModel model) {
    return ExpertTable.initial(
        model.layers(),
        EpTopology.of(model.experts(), model.ranks(), 1, 1, model.slots() / model.ranks()));
  }

  /** The same questions in process, over a Unix socket and over TCP, in turn. */
  private static void overhead(String policy, Path folder) throws Exception {
    PlanSettings settings = settings(MODEL, policy);
    double[][] millis = new double[3][PLANS];
    try (PlanService inProcess =
            PlanService.open(settings, StateFolder.none(), new ServiceObserver() {});
        PlanningServer unix = server(settings, "unix:" + folder.resolve(policy + ".sock"));
        PlanningServer tcp = server(settings, "127.0.0.1:0");
        PlanClient unixClient = PlanClient.connect(unix.addresses().get(0));
        PlanClient tcpClient = PlanClient.connect(tcp.addresses().get(0))) {
      ExpertTable current = initial(MODEL);
      for (int number = 0; number < WARM_UP + PLANS; number++) {
        int at = Math.max(0, number - WARM_UP);
        byte[] body = MODEL.body(number, current);
        PlanAsk ask =
            PlanAsk.ofLoad("g", MODEL.load(number)).current(MODEL.current(current)).build();
        long start = System.nanoTime();
        PlanAnswer answer = inProcess.plan(ask).join();
        millis[0][at] = millisSince(start);
        start = System.nanoTime();
        PlanClient.Answer overUnix = unixClient.post("/v1/groups/g/plan", body);
        millis[1][at] = millisSince(start);
        start = System.nanoTime();
        PlanClient.Answer overTcp = tcpClient.post("/v1/groups/g/plan", body);
        millis[2][at] = millisSince(start);
        ByteBuffer expected = ByteBuffer.wrap(AnswerFormat.NPZ.write(answer));
        if (!expected.equals(overUnix.body()) || !expected.equals(overTcp.body())) {
          throw new IllegalStateException(
              "plan %s differs: %s, %s".formatted(number, overUnix, overTcp));
        }
        current = answer.table().orElse(current);
      }
    }
    System.out.printf(
        Locale.ROOT,
        "%s, %d × %d, %d plans: in process %.2f ms; Unix socket %s; TCP %s (medians)%n",
        policy,
        MODEL.layers(),
        MODEL.experts(),
        PLANS,
        median(millis[0]),
        compared(millis[0], millis[1]),
        compared(millis[0], millis[2]));
  }

  private static double millisSince(long start) {
    return (System.nanoTime() - start) / 1e6;
  }

  private static String compared(double[] inProcess, double[] asked) {
    double[] more = new double[asked.length];
    double[] ratio = new double[asked.length];
    for (int plan = 0; plan < asked.length; plan++) {
      more[plan] = asked[plan] - inProcess[plan];
      ratio[plan] = asked[plan] / inProcess[plan];
    }
    return String.format(
        Locale.ROOT,
        "%.2f ms, that is %.2f ms more, %.2f times (%.2f ms more in the quickest tenth)",
        median(asked),
        median(more),
        median(ratio),
        quantile(asked, 0.1) - quantile(inProcess, 0.1));
  }

  private static double median(double[] values) {
    return quantile(values, 0.5);
  }

  private static double quantile(double[] values, double share) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[(int) (sorted.length * share)];
  }

  /** All ranks of a group ask in one round, each over a connection of its own. */
  private static void crowd(int ranks, Path folder) throws Exception {
    MeasuredModel model = new MeasuredModel(75, 256, ranks, ranks * 2);
    PlanSettings settings = settings(model, "default");
    ExecutorService threads = Executors.newFixedThreadPool(ranks);
    List<PlanClient> clients = new ArrayList<>();
    try (PlanningServer server = server(settings, "unix:" + folder.resolve(ranks + ".sock"))) {
      for (int rank = 0; rank < ranks; rank++) {
        clients.add(PlanClient.connect(server.addresses().get(0)));
      }
      for (int round = 0; round < CROWDS; round++) {
        byte[] body = model.body(round, initial(model));
        long start = System.nanoTime();
        List<Callable<Long>> asks = new ArrayList<>();
        for (int rank = 0; rank < ranks; rank++) {
          PlanClient client = clients.get(rank);
          String path = "/v1/groups/g/plan?rank=%s&world=%s&round=%s".formatted(rank, ranks, round);
          asks.add(
              () -> {
                client.sendPost(path, body);
                return client.receiveChecksum();
              });
        }
        List<Future<Long>> answers = threads.invokeAll(asks);
        double millis = millisSince(start);
        for (Future<Long> answer : answers) {
          if (!answer.get().equals(answers.get(0).get())) {
            throw new IllegalStateException("the ranks got different answers");
          }
        }
        if (round == CROWDS - 1) {
          System.out.printf(
              Locale.ROOT,
              "%d ranks at once, bodies of %d KB: all answered alike after %.0f ms, in a heap of %d MB; plans so far %s%n",
              ranks,
              body.length >> 10,
              millis,
              Runtime.getRuntime().maxMemory() >> 20,
              metric(clients.get(0), "eplb_plans_total"));
        }
      }
    } finally {
      threads.shutdown();
      for (PlanClient client : clients) {
        client.close();
      }
    }
  }

  private static List<String> metric(PlanClient client, String name) throws IOException {
    return client
        .get("/metrics")
        .text()
        .lines()
        .filter(line -> line.startsWith(name) && !line.endsWith(" 0.0"))
        .toList();
  }

  /** Two ranks decide round after round. */
  private static void rounds(Path folder) throws Exception {
    MeasuredModel model = new MeasuredModel(8, 32, 2, 36);
    try (PlanningServer server = server(settings(model, "default"), "unix:" + folder.resolve("r"));
        PlanClient first = PlanClient.connect(server.addresses().get(0));
        PlanClient second = PlanClient.connect(server.addresses().get(0))) {
      ExpertTable current = initial(model);
      long start = System.nanoTime();
      for (int round = 0; round < ROUNDS; round++) {
        byte[] body = model.body(round, current);
        String path = "/v1/groups/g/plan?world=2&round=%s&rank=".formatted(round);
        first.sendPost(path + 0, body);
        second.sendPost(path + 1, body);
        if (first.receiveChecksum() != second.receiveChecksum()) {
          throw new IllegalStateException("round " + round + " has two answers");
        }
        if (round + 1 == 1_000 || round + 1 == 10_000 || round + 1 == ROUNDS) {
          System.out.printf(
              Locale.ROOT,
              "%d rounds, %.0f s: %.1f MB of heap in use after a collection, of %d MB%n",
              round + 1,
              millisSince(start) / 1e3,
              used() / (double) (1 << 20),
              Runtime.getRuntime().maxMemory() >> 20);
        }
      }
    }
  }

  private static long used() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
