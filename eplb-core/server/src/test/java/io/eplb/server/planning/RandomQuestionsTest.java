package io.eplb.server.planning;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.ExpertTable;
import io.eplb.api.InvalidInputException;
import io.eplb.core.format.NumberArray;
import io.eplb.server.problem.ProblemException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is asked, the answer is a table that the group can run, or a refusal in one line. */
class RandomQuestionsTest {
  private static final int QUESTIONS = 1_500;

  @ParameterizedTest
  @ValueSource(strings = {"static", "default", "incremental"})
  void anyQuestionIsAnsweredByATableThatFitsOrRefused(String policy) {
    int answered = 0;
    try (ServiceRig rig = new ServiceRig(policy)) {
      for (int seed = 0; seed < QUESTIONS; seed++) {
        Random random = new Random(seed);
        PlanAsk ask;
        try {
          ask = question(random);
        } catch (InvalidInputException refused) {
          continue;
        }
        CompletableFuture<PlanAnswer> future = rig.service.plan(ask);
        try {
          requireRunnable(ask, future.join(), "question " + seed);
          answered++;
        } catch (CompletionException refused) {
          requireClientsFault(refused.getCause(), "question " + seed);
        }
      }
    }
    assertTrue(answered > QUESTIONS / 5, answered + " answers");
  }

  private static void requireClientsFault(@Nullable Throwable refused, String question) {
    ProblemException problem = assertInstanceOf(ProblemException.class, refused, question);
    assertTrue(Set.of(400, 422).contains(problem.status()), question + ": " + problem.detail());
    assertEquals(1, problem.detail().lines().count(), question);
  }

  private static void requireRunnable(PlanAsk ask, PlanAnswer answer, String question) {
    ExpertTable table = answer.table().orElseThrow();
    ask.ranks().ifPresent(ranks -> assertEquals(ranks, table.ranks(), question));
    ask.slots().ifPresent(slots -> assertEquals(slots, table.physicalExperts(), question));
    for (List<Integer> row : ServiceRig.rows(answer)) {
      Set<Integer> placed = new HashSet<>(row);
      placed.remove(-1);
      assertEquals(table.experts(), placed.size(), question + ": " + row);
    }
    if (!answer.changed()) {
      assertEquals(List.of(), answer.layerPriority(), question);
      assertEquals(0, answer.moved(), question);
    }
    assertFalse(answer.parAfter() < 1.0, question);
    assertTrue(answer.reason().isEmpty(), question + ": " + answer.reason());
  }

  private static PlanAsk question(Random random) {
    int layers = 1 + random.nextInt(2);
    int ranks = 1 + random.nextInt(4);
    int perRank = 1 + random.nextInt(3);
    int experts = Math.max(1, ranks * perRank - random.nextInt(4));
    boolean perSlot = random.nextInt(3) == 0;
    int windows = random.nextInt(3);
    PlanAsk.Builder ask =
        perSlot
            ? PlanAsk.ofWorkload("g", loads(random, windows, layers, ranks, perRank))
            : PlanAsk.ofLoad("g", loads(random, windows, layers, experts));
    if (random.nextInt(4) != 0) {
      ask.current(table(random, layers, ranks, perRank, experts));
    }
    if (random.nextInt(3) != 0) {
      ask.ranks(odd(random) ? 1 + random.nextInt(5) : ranks);
    }
    if (random.nextInt(3) == 0) {
      ask.slots(odd(random) ? 1 + random.nextInt(12) : ranks * perRank);
    }
    if (odd(random)) {
      ask.nodes(1 + random.nextInt(3));
    }
    if (odd(random)) {
      ask.groups(1 + random.nextInt(3));
    }
    if (random.nextInt(3) == 0) {
      List<Integer> failed = new ArrayList<>();
      for (int more = random.nextInt(2); more >= 0; more--) {
        failed.add(random.nextInt(ranks + 1));
      }
      ask.failed(failed);
    }
    return ask.build();
  }

  private static boolean odd(Random random) {
    return random.nextInt(8) == 0;
  }

  private static NumberArray loads(Random random, int windows, int... shape) {
    int[] all = shape;
    if (windows > 0) {
      all = new int[shape.length + 1];
      all[0] = windows;
      System.arraycopy(shape, 0, all, 1, shape.length);
    }
    int length = 1;
    for (int size : all) {
      length *= size;
    }
    boolean idle = random.nextInt(8) == 0;
    double[] loads = new double[length];
    for (int at = 0; at < length; at++) {
      loads[at] = idle ? 0 : random.nextInt(100) == 0 ? -1 : random.nextInt(1_000);
    }
    return new NumberArray(all, loads);
  }

  private static NumberArray table(Random random, int layers, int ranks, int perRank, int experts) {
    double[] ids = new double[layers * ranks * perRank];
    int lost = random.nextInt(4) == 0 ? random.nextInt(ranks) : -1;
    for (int at = 0; at < ids.length; at++) {
      int rank = at / perRank % ranks;
      ids[at] = rank == lost ? -1 : at % (ranks * perRank) % experts;
      if (random.nextInt(200) == 0) {
        ids[at] = random.nextInt(experts + 2) - 1;
      }
    }
    return random.nextBoolean()
        ? new NumberArray(new int[] {layers, ranks, perRank}, ids)
        : new NumberArray(new int[] {layers, ranks * perRank}, ids);
  }
}
