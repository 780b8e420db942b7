package io.eplb.server.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.eplb.api.Dispatch;
import io.eplb.api.EpRanks;
import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.server.observe.PlanRecord;
import io.eplb.server.observe.RankHeat;
import io.eplb.server.observe.RecordedPlans;
import io.eplb.server.observe.RoundRecord;
import io.eplb.server.observe.SmallPlans;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PageEventsTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final PageEvents events = new PageEvents();

  @Test
  void anEmptyServiceSendsAnEmptyDirectory() throws Exception {
    List<Topic> sent = all(0);

    assertEquals(1, sent.size());
    assertEquals(TopicKey.DIRECTORY, sent.get(0).key());
    assertEquals(0, json(sent.get(0)).get("topics").size());
  }

  @Test
  void aReaderGetsEachTopicOnceInTheOrderOfItsLastChange() {
    events.planned(SmallPlans.of("a", "2x4", 1));
    events.planned(SmallPlans.of("b", "2x4", 1));
    events.planned(SmallPlans.of("a", "2x4", 2));

    assertEquals(
        List.of(TopicKey.model("b", "2x4"), TopicKey.DIRECTORY, TopicKey.model("a", "2x4")),
        keys(all(0)));
  }

  @Test
  void aReaderThatWasAwayGetsWhatChangedSinceAndNothingElse() throws Exception {
    events.planned(SmallPlans.of("a", "2x4", 1));
    events.planned(SmallPlans.of("b", "2x4", 1));
    List<Topic> before = all(0);
    long seen = before.get(before.size() - 1).version();
    for (int number = 2; number <= 1_000; number++) {
      events.planned(SmallPlans.of("a", "2x4", number));
    }

    List<Topic> since = all(seen);

    assertEquals(List.of(TopicKey.model("a", "2x4")), keys(since));
    JsonNode plans = json(since.get(0)).get("plans");
    assertEquals(ModelState.MOST_PLANS, plans.size());
    assertEquals(745, plans.get(0).get("number").asLong());
    assertEquals(1_000, plans.get(255).get("number").asLong());
  }

  @Test
  void aTopicIsTheWholeStateOfItsModel() throws Exception {
    events.planned(SmallPlans.of("a", "2x4", 1));
    events.planned(SmallPlans.of("a", "2x4", 2));

    JsonNode model = json(last());

    assertEquals("a", model.get("group").asText());
    assertEquals("even", model.get("dispatch").asText());
    assertEquals("0", model.get("options").get("seed").asText());
    assertEquals("[[150,50],[0,0]]", model.get("heatBefore").toString());
    assertEquals("[[100,100],[0,0]]", model.get("heatAfter").toString());
    assertTrue(model.get("plans").get(0).get("measured").isNull());
    assertEquals("[1.25,1.5,1.5]", model.get("plans").get(1).get("measured").toString());
    assertEquals(25.0, model.get("plans").get(1).get("millis").asDouble());
  }

  @Test
  void anEventIsOneLineOfDataWhateverTheTextsAre() throws Exception {
    String hostile = "a\n\ndata: {}\r\n\u2028</script>\u0000";
    events.planned(
        SmallPlans.of(hostile, hostile, 1, PlanRecord.Outcome.POLICY_FAILED, hostile, List.of()));

    Topic topic =
        all(0).stream()
            .filter(sent -> sent.key().kind() == TopicKey.Kind.MODEL)
            .findFirst()
            .orElseThrow();

    assertEquals(3, new String(topic.event(), StandardCharsets.UTF_8).split("\n", -1).length - 1);
    assertEquals(hostile, json(topic).get("group").asText());
  }

  @Test
  void thousandsOfMissingRanksAreCountedAndTheFirstAreNamed() throws Exception {
    List<Integer> many = IntStream.range(0, 5_000).boxed().toList();
    for (int round = 0; round < 100; round++) {
      events.roundDecided(
          new RoundRecord("a", round, Instant.EPOCH, 5_001, false, false, many, List.of(), "late"));
    }

    JsonNode rounds = json(all(0).get(1)).get("rounds");

    assertEquals(RoundsState.MOST_ROUNDS, rounds.size());
    assertEquals(99, rounds.get(63).get("round").asLong());
    assertEquals(5_000, rounds.get(63).get("missingCount").asInt());
    assertEquals(RoundsState.MOST_NAMED, rounds.get(63).get("missing").size());
  }

  @Test
  void aMapOfTooManyCellsIsLeftOut() throws Exception {
    EpTopology topology = EpTopology.withRedundantExperts(1_024, 1_024, 1, 1, 0);
    ExpertTable table = ExpertTable.initial(257, topology);
    RankHeat heat =
        RankHeat.of(table, new double[257 * 1_024], EpRanks.nominal(topology), Dispatch.EVEN);
    PlanRecord small = SmallPlans.of("a", "2x4", 1);
    events.planned(RecordedPlans.withHeat(small, heat));

    assertTrue(json(all(0).get(0)).get("heatBefore").isNull());
    assertEquals(1_024, json(all(0).get(0)).get("ranks").asInt());
  }

  /** Writers on all groups at once, and readers that follow them at their own pace. */
  @Test
  void everyReaderEndsWithTheLatestStateOfEveryTopic() throws Exception {
    int writers = 4;
    int plans = 500;
    AtomicBoolean done = new AtomicBoolean();
    ExecutorService threads = Executors.newCachedThreadPool();
    try {
      List<Future<Map<TopicKey, Long>>> readers = new ArrayList<>();
      for (int reader = 0; reader < 3; reader++) {
        readers.add(threads.submit(() -> follow(done)));
      }
      List<Future<?>> written = new ArrayList<>();
      for (int writer = 0; writer < writers; writer++) {
        String group = "g" + writer;
        written.add(
            threads.submit(
                () -> {
                  for (int number = 1; number <= plans; number++) {
                    events.planned(SmallPlans.of(group, "2x4", number));
                    if (number % 100 == 0 && number < plans) {
                      events.groupForgotten(group);
                    }
                  }
                }));
      }
      for (Future<?> writer : written) {
        writer.get();
      }
      done.set(true);
      Map<TopicKey, Long> latest = new HashMap<>();
      all(0).forEach(topic -> latest.put(topic.key(), topic.version()));
      assertEquals(writers + 1, latest.size());
      for (Future<Map<TopicKey, Long>> reader : readers) {
        assertEquals(latest, reader.get());
      }
    } finally {
      threads.shutdownNow();
    }
  }

  /** Returns the version of each topic that the last directory lists, as one reader saw it. */
  private Map<TopicKey, Long> follow(AtomicBoolean done) {
    Map<TopicKey, Long> seen = new HashMap<>();
    long version = 0;
    boolean last = false;
    while (true) {
      Optional<Topic> next = events.next(version);
      if (next.isPresent()) {
        Topic topic = next.get();
        assertTrue(topic.version() > version, "changes are told in their order");
        version = topic.version();
        seen.put(topic.key(), version);
        if (topic.content() instanceof Directory directory) {
          seen.keySet().retainAll(withDirectory(directory.topics()));
        }
      } else if (last) {
        return seen;
      } else {
        last = done.get();
        Thread.onSpinWait();
      }
    }
  }

  private static Set<TopicKey> withDirectory(List<TopicKey> topics) {
    Set<TopicKey> keys = new HashSet<>(topics);
    keys.add(TopicKey.DIRECTORY);
    return keys;
  }

  @Test
  void whatIsForgottenIsInNoDirectory() throws Exception {
    events.planned(SmallPlans.of("a", "2x4", 1));
    events.planned(SmallPlans.of("a", "3x4", 1));
    events.planned(SmallPlans.of("b", "2x4", 1));
    events.roundDecided(
        new RoundRecord("a", 1, Instant.EPOCH, 2, true, true, List.of(), List.of(), ""));

    events.modelForgotten("a", "3x4");
    assertEquals(3, json(last()).get("topics").size());
    events.groupForgotten("a");
    assertEquals("b", json(last()).get("topics").get(0).get("group").asText());
    assertEquals(1, json(last()).get("topics").size());
    assertEquals(2, all(0).size());
  }

  @Test
  void aListenerHearsOfEachChangeUntilItLeaves() {
    AtomicInteger heard = new AtomicInteger();
    Runnable listener = heard::incrementAndGet;
    events.addListener(listener);
    events.planned(SmallPlans.of("a", "2x4", 1));
    events.groupForgotten("a");
    events.groupForgotten("nobody");
    events.removeListener(listener);
    events.planned(SmallPlans.of("a", "2x4", 1));

    assertEquals(2, heard.get());
  }

  private List<Topic> all(long seen) {
    List<Topic> sent = new ArrayList<>();
    Optional<Topic> next = events.next(seen);
    while (next.isPresent()) {
      sent.add(next.get());
      next = events.next(next.get().version());
    }
    return sent;
  }

  private Topic last() {
    List<Topic> sent = all(0);
    return sent.get(sent.size() - 1);
  }

  private static List<TopicKey> keys(List<Topic> topics) {
    return topics.stream().map(Topic::key).toList();
  }

  private static JsonNode json(Topic topic) throws Exception {
    String event = new String(topic.event(), StandardCharsets.UTF_8);
    return JSON.readTree(event.substring(event.indexOf("data: ") + "data: ".length()));
  }
}
