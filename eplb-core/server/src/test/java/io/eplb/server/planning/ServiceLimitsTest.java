package io.eplb.server.planning;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.server.observe.ServiceObserver;
import io.eplb.server.problem.ProblemException;
import io.eplb.server.state.StateFolder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** The bounds of the service. */
class ServiceLimitsTest {
  private static PlanAsk.Builder shaped(String group, int layers) {
    return PlanAsk.ofLoad(group, Asks.load(layers, ServiceRig.EXPERTS, layers));
  }

  @Test
  void theModelThatWasQuietLongestGoesAndClosesItsPolicy() {
    ScriptedPolicy.Script script =
        ScriptedPolicy.write("quiet", (table, load, context) -> ServiceRig.swapped(table, 0));
    try (ServiceRig rig = new ServiceRig("static")) {
      rig.ask(shaped("group", 1).policy(ScriptedPolicy.NAME).option("script", "quiet"));
      for (int layers = 2; layers <= ModelDirectory.MOST_MODELS; layers++) {
        rig.ask(shaped("group", layers));
      }
      assertEquals(List.of(), rig.forgotten);
      rig.ask(shaped("other", 1));
      rig.ask(shaped("group", ModelDirectory.MOST_MODELS + 1));
      assertEquals(List.of("group/1x8"), rig.forgotten);
      assertEquals(ModelDirectory.MOST_MODELS, rig.service.models("group").size());
      assertEquals(1, rig.service.models("other").size());
      // The model that comes back begins anew, and the next quiet one goes.
      rig.ask(shaped("group", 1));
      assertEquals(List.of("group/1x8", "group/2x8"), rig.forgotten);
      assertEquals(1, rig.latest().history());
      rig.end();
      assertEquals(1, script.closed.size());
    }
  }

  @Test
  void aModelWithWaitingQuestionsStays() {
    CountDownLatch go = new CountDownLatch(1);
    ScriptedPolicy.write(
        "busy",
        (table, load, context) -> {
          go.await();
          return ServiceRig.swapped(table, 0);
        });
    try (ServiceRig rig = new ServiceRig("static")) {
      List<CompletableFuture<PlanAnswer>> busy = new ArrayList<>();
      for (int layers = 1; layers <= ModelDirectory.MOST_MODELS; layers++) {
        busy.add(
            rig.service.plan(
                shaped("group", layers)
                    .policy(ScriptedPolicy.NAME)
                    .option("script", "busy")
                    .build()));
      }
      ProblemException refused = rig.refusal(shaped("group", 20));
      assertEquals(429, refused.status());
      assertTrue(refused.retryAfterSeconds().isPresent());
      go.countDown();
      busy.forEach(Asks::answer);
      rig.ask(shaped("group", 20));
      assertEquals(List.of("group/1x8"), rig.forgotten);
    }
  }

  @Test
  void modelsThatWereQuietLongestHaveNoPolicyAndStillPlan() {
    ScriptedPolicy.Script script =
        ScriptedPolicy.write("resting", (table, load, context) -> ServiceRig.swapped(table, 0));
    try (ServiceRig rig = new ServiceRig("static")) {
      PlanAsk.Builder first =
          shaped("first", 1).policy(ScriptedPolicy.NAME).option("script", "resting");
      rig.ask(first);
      for (int group = 1; group < ModelDirectory.MOST_POLICIES; group++) {
        rig.ask(shaped("group" + group, 1));
      }
      assertEquals(0, script.closed.size());
      rig.ask(shaped("one-more", 1));
      // Behind the end of its policy in the queue of the model:
      rig.ask(shaped("first", 1).policy(ScriptedPolicy.NAME).option("script", "resting").slots(16));
      assertEquals(1, script.closed.size());
      assertEquals(2, rig.latest().history());
    }
  }

  @Test
  void moreGroupsThanSixtyFourAreRefused() {
    try (ServiceRig rig = new ServiceRig("static")) {
      for (int group = 0; group < ModelDirectory.MOST_GROUPS; group++) {
        rig.ask(shaped("group" + group, 1));
      }
      ProblemException refused = rig.refusal(shaped("one-more", 1));
      assertEquals(429, refused.status());
      assertTrue(refused.detail().startsWith("64 groups are planned for"), refused.detail());
      rig.ask(shaped("group0", 2));
    }
  }

  @Test
  void tooManyDifferentQuestionsThatWaitAreRefusedAndEqualOnesAreNot() {
    CountDownLatch go = new CountDownLatch(1);
    ScriptedPolicy.write(
        "slow",
        (table, load, context) -> {
          go.await();
          return ServiceRig.swapped(table, 0);
        });
    try (ServiceRig rig = new ServiceRig("static")) {
      List<CompletableFuture<PlanAnswer>> waiting = new ArrayList<>();
      for (int window = 0; window < WaitingQuestions.MOST; window++) {
        waiting.add(rig.service.plan(ServiceRig.scripted(window, "slow").build()));
      }
      ProblemException refused = rig.refusal(ServiceRig.scripted(WaitingQuestions.MOST, "slow"));
      assertEquals(429, refused.status());
      CompletableFuture<PlanAnswer> joined =
          rig.service.plan(ServiceRig.scripted(0, "slow").build());
      go.countDown();
      assertEquals(Asks.answer(waiting.get(0)), Asks.answer(joined));
      waiting.forEach(Asks::answer);
      rig.ask(ServiceRig.scripted(WaitingQuestions.MOST, "slow"));
    }
  }

  @Test
  void aDirectoryForgetsModelsThatTakeTooMuchMemory() {
    List<String> forgotten = new ArrayList<>();
    PlanningThreads threads = new PlanningThreads();
    PolicyEdition edition = PolicyEdition.open(ServiceRig.settings("static"));
    AskShape shape = AskShape.of(shaped("g", 1).build(), edition.config());
    ModelDirectory directory =
        new ModelDirectory(
            (group, some) ->
                new Model(
                    group,
                    some,
                    StateFolder.none(),
                    threads,
                    new WaitingQuestions(),
                    new ServiceObserver() {}),
            (group, model) -> forgotten.add(group + "/" + model),
            5 * Model.bytes(shape) / 2);
    directory.get("a", shape);
    directory.get("b", shape);
    directory.get("a", shape);
    directory.get("c", shape);
    assertEquals(List.of("b/1x8"), forgotten);
    AskShape large = AskShape.of(shaped("g", 100).build(), edition.config());
    directory.get("d", large);
    assertEquals(List.of("b/1x8", "a/1x8", "c/1x8"), forgotten);
    assertEquals(1, directory.all().size());
    threads.end(Duration.ofSeconds(5));
    edition.leave();
  }
}
