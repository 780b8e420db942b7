package io.eplb.server.planning;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.server.observe.PlanRecord;
import io.eplb.server.problem.ProblemException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Many threads ask equal and different questions, while settings change and the service ends. */
class PlanningAttackTest {
  private static final int THREADS = 8;
  private static final int QUESTIONS = 12;
  private static final List<String> POLICIES =
      List.of("default", "incremental", "static", ScriptedPolicy.NAME);

  private final List<String> wrong = Collections.synchronizedList(new ArrayList<>());

  /** The answers by the digests of their questions. */
  private final Map<String, PlanAnswer> answers = new ConcurrentHashMap<>();

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void everyQuestionGetsOneAnswerAndCountsOnce(long seed) throws InterruptedException {
    ScriptedPolicy.write(
        "attack",
        (table, load, context) -> {
          throw new IllegalStateException("always");
        });
    ServiceRig rig = new ServiceRig("default");
    List<CompletableFuture<PlanAnswer>> all = new ArrayList<>();
    List<Thread> threads = new ArrayList<>();
    CountDownLatch asked = new CountDownLatch(THREADS * QUESTIONS);
    for (int thread = 0; thread < THREADS; thread++) {
      Random random = new Random(seed * 100 + thread);
      threads.add(new Thread(() -> attack(rig, random, asked, all)));
    }
    threads.forEach(Thread::start);
    Random random = new Random(seed);
    for (int reload = 0; reload < 5; reload++) {
      rig.service.reload(ServiceRig.settings(POLICIES.get(random.nextInt(3))));
      rig.service.models().forEach(model -> assertTrue(model.history() <= QUESTIONS));
    }
    asked.await();
    rig.service.close(Duration.ofSeconds(60));
    for (Thread thread : threads) {
      thread.join();
    }
    assertEquals(List.of(), wrong);
    assertTrue(all.stream().allMatch(CompletableFuture::isDone));
    assertEachCountedOnce(rig);
  }

  private void assertEachCountedOnce(ServiceRig rig) {
    Map<String, List<PlanRecord>> records =
        List.copyOf(rig.records).stream().collect(Collectors.groupingBy(PlanRecord::group));
    assertTrue(rig.records.size() >= answers.size());
    for (ModelStatus model : rig.service.models()) {
      List<PlanRecord> plans = records.getOrDefault(model.group(), List.of());
      assertTrue(plans.size() <= QUESTIONS, "a question was planned twice");
      assertEquals(plans.size(), model.history());
      for (int number = 0; number < plans.size(); number++) {
        assertEquals(number + 1, plans.get(number).number());
        assertEquals(number + 1, plans.get(number).history());
      }
    }
  }

  private void attack(
      ServiceRig rig,
      Random random,
      CountDownLatch asked,
      List<CompletableFuture<PlanAnswer>> all) {
    for (int question = 0; question < 4 * QUESTIONS; question++) {
      int window = random.nextInt(QUESTIONS);
      String policy = POLICIES.get(window % POLICIES.size());
      PlanAsk.Builder ask =
          PlanAsk.ofLoad(
                  "group" + random.nextInt(3),
                  Asks.load(ServiceRig.LAYERS, ServiceRig.EXPERTS, window))
              .policy(policy);
      if (policy.equals(ScriptedPolicy.NAME)) {
        ask.option("script", "attack");
      }
      CompletableFuture<PlanAnswer> future = rig.service.plan(ask.build());
      synchronized (all) {
        all.add(future);
      }
      var unused = future.whenComplete(this::check);
      if (random.nextInt(4) == 0) {
        future.cancel(true);
      }
      asked.countDown();
    }
  }

  private void check(@Nullable PlanAnswer answer, @Nullable Throwable problem) {
    if (answer != null) {
      PlanAnswer before = answers.putIfAbsent(answer.inputs(), answer);
      if (before != null && !before.equals(answer)) {
        wrong.add("two answers to " + answer.inputs());
      }
    } else if (!(problem instanceof CancellationException)
        && !(problem instanceof ProblemException refusal && refusal.status() == 503)) {
      wrong.add(String.valueOf(problem));
    }
  }
}
