package io.eplb.core.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.eplb.api.EpRanks;
import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.InvalidInputException;
import io.eplb.api.Placement;
import io.eplb.core.cluster.GroupMember;
import io.eplb.core.cluster.InProcessRankGroup;
import io.eplb.core.cluster.RankGroup;
import io.eplb.core.cluster.StartUpCheck;
import io.eplb.core.cluster.StartUpReport;
import io.eplb.core.config.EplbConfig;
import io.eplb.core.config.Settings;
import io.eplb.core.engine.InMemoryWeights;
import io.eplb.core.update.ExpertWeights;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

class RuntimeStartTest {
  @Test
  void whatIsWrongAtTheStartIsSaidBeforeAnythingRuns() {
    try (RuntimeRig rig = new RuntimeRig()) {
      EplbConfig config = EplbConfig.defaults();
      assertRefused(
          "the start table has 3 layers × 4 ranks × 6 slots, the engine's memory 3 layers × 4 ranks"
              + " × 5 slots, the topology 3 layers × 4 ranks × 6 slots; they must agree",
          EplbRuntime.builder(
              config, EpTopology.withRedundantExperts(16, 4, 1, 1, 8), rig.weights, List::of));
      assertRefused(
          "did you mean default?",
          EplbRuntime.builder(
              config.with(Settings.POLICY, "defualt"), RuntimeRig.TOPOLOGY, rig.weights, List::of));
      assertRefused(
          "there is no option 'speed'",
          EplbRuntime.builder(config, RuntimeRig.TOPOLOGY, rig.weights, List::of)
              .policyOptions(Map.of("speed", "11")));
    }
  }

  @Test
  void aStartThatFailsLeavesNoThreadBehind() {
    try (RuntimeRig rig = new RuntimeRig()) {
      HandDrivenThreads threads = new HandDrivenThreads();
      EplbRuntime.Builder builder =
          EplbRuntime.builder(
              EplbConfig.defaults(), RuntimeRig.TOPOLOGY, new Sized(rig.weights, 6, 0), List::of);
      InvalidInputException refused =
          assertThrows(InvalidInputException.class, () -> builder.start(() -> threads));
      assertEquals(
          "the weights have 6 buffers per rank and 0 bytes per expert; both must be at least 1",
          refused.getMessage());
      assertTrue(threads.ended());
    }
  }

  @Test
  void aMemoryWithoutBuffersIsRefused() {
    try (RuntimeRig rig = new RuntimeRig()) {
      assertRefused(
          "the engine's memory has 0 buffers per rank; it must have at least 1",
          EplbRuntime.builder(
              EplbConfig.defaults(), RuntimeRig.TOPOLOGY, new Sized(rig.weights, 0, 8), List::of));
    }
  }

  @Test
  void theConfigurationDescribesTheRanksUnlessTheEmbedderDoes() {
    EpTopology topology = EpTopology.of(2, 2, 1, 1, 2);
    ExpertTable start = ExpertTable.of(0, 2, Placement.of(1, 2, 2, new int[] {0, 1, -1, -1}));
    EplbConfig config =
        EplbConfig.defaults().with(Settings.FAILED_RANKS, "1").with(Settings.RANK_SPEED, "0.5,1");
    try (EplbRuntime runtime = built(config, topology, start).start(HandDrivenThreads::new)) {
      assertEquals(0.5, runtime.ranks().speed(0));
      assertFalse(runtime.ranks().living(1));
    }
    EpRanks nominal = EpRanks.of(topology, start);
    try (EplbRuntime runtime =
        built(config, topology, start).ranks(nominal).start(HandDrivenThreads::new)) {
      assertEquals(nominal, runtime.ranks());
    }
    assertRefused(
        "--rank-speed has 3 speeds for 2 ranks",
        built(EplbConfig.defaults().with(Settings.RANK_SPEED, "1,1,1"), topology, start));
    ExpertTable everywhere = ExpertTable.of(0, 2, Placement.of(1, 2, 2, new int[] {0, 1, 1, 0}));
    assertRefused(
        "rank 1 has failed, but the start table places experts on it; start with a map without it",
        built(config, topology, everywhere));
  }

  private static EplbRuntime.Builder built(
      EplbConfig config, EpTopology topology, ExpertTable start) {
    return EplbRuntime.builder(
            config, topology, new InMemoryWeights(start, 1, 8, Runnable::run), List::of)
        .startTable(start);
  }

  @Test
  void itStartsIfTheRanksOfItsGroupStartFromTheSameTable() throws Exception {
    try (RuntimeRig rig = new RuntimeRig();
        RankGroup group = new InProcessRankGroup();
        GroupMember member = join(group, 0, 4)) {
      EplbRuntime.Builder builder =
          EplbRuntime.builder(EplbConfig.defaults(), RuntimeRig.TOPOLOGY, rig.weights, List::of)
              .startUpCheck(member, "start", Duration.ZERO);
      assertRefused(
          "the group cannot start: ranks 1, 2, 3 did not come within the time limit; start every"
              + " rank of the group",
          builder);
    }
    EpTopology alone = EpTopology.withRedundantExperts(4, 1, 1, 1, 0);
    ExpertTable start = ExpertTable.initial(2, alone);
    try (RankGroup group = new InProcessRankGroup();
        GroupMember member = join(group, 0, 1);
        EplbRuntime runtime =
            EplbRuntime.builder(
                    EplbConfig.defaults(),
                    alone,
                    new InMemoryWeights(start, 1, 8, Runnable::run),
                    List::of)
                .startUpCheck(member, "start", Duration.ZERO)
                .start(HandDrivenThreads::new)) {
      assertEquals(start, runtime.begin(0, 0));
    }
  }

  @Test
  void itDoesNotStartIfAnotherRankOfItsGroupStartsFromAnotherTable() throws Exception {
    EpTopology two = EpTopology.withRedundantExperts(4, 2, 1, 1, 0);
    ExpertTable start = ExpertTable.initial(2, two);
    Placement.Builder rows = Placement.builder(start);
    rows.setLayer(1, new int[] {3, 1, 2, 0}, 0);
    ExpertTable another = ExpertTable.of(0, 4, rows.build());
    try (RankGroup group = new InProcessRankGroup();
        GroupMember member = join(group, 0, 2);
        GroupMember peer = join(group, 1, 2)) {
      CompletionStage<StartUpReport> peers =
          StartUpCheck.run(peer, "start", two, another, Duration.ofHours(1));
      assertRefused(
          "first at layer 1, rank 0, slot 0",
          EplbRuntime.builder(
                  EplbConfig.defaults(),
                  two,
                  new InMemoryWeights(start, 1, 8, Runnable::run),
                  List::of)
              .startUpCheck(member, "start", Duration.ofHours(1)));
      assertFalse(peers.toCompletableFuture().get().consistent());
    }
  }

  @Test
  void anInterruptWhileItWaitsForOtherRanksEndsTheStart() throws Exception {
    try (RuntimeRig rig = new RuntimeRig();
        RankGroup group = new InProcessRankGroup();
        GroupMember member = join(group, 2, 4)) {
      EplbRuntime.Builder builder =
          EplbRuntime.builder(EplbConfig.defaults(), RuntimeRig.TOPOLOGY, rig.weights, List::of)
              .startUpCheck(member, "start", Duration.ofHours(1));
      Thread.currentThread().interrupt();
      CancellationException cancelled =
          assertThrows(CancellationException.class, () -> builder.start(HandDrivenThreads::new));
      assertTrue(Thread.interrupted());
      assertEquals(
          "interrupted while rank 2 of 4 waited for the other ranks to start",
          cancelled.getMessage());
    }
  }

  @Test
  void aMemberThatHasLeftItsGroupEndsTheStart() throws Exception {
    try (RuntimeRig rig = new RuntimeRig();
        RankGroup group = new InProcessRankGroup()) {
      GroupMember member = join(group, 2, 4);
      member.close();
      assertRefused(
          "the ranks could not be compared at the start: rank 2 has left the group; join again",
          EplbRuntime.builder(EplbConfig.defaults(), RuntimeRig.TOPOLOGY, rig.weights, List::of)
              .startUpCheck(member, "start", Duration.ofHours(1)));
    }
  }

  private static GroupMember join(RankGroup group, int rank, int worldSize)
      throws ExecutionException, InterruptedException {
    return group.join(rank, worldSize, 1, "").toCompletableFuture().get();
  }

  private static void assertRefused(String message, EplbRuntime.Builder builder) {
    InvalidInputException refused =
        assertThrows(
            InvalidInputException.class,
            () ->
                builder.start(
                    () -> {
                      throw new AssertionError("threads were started");
                    }));
    assertTrue(String.valueOf(refused.getMessage()).contains(message), refused.getMessage());
  }

  /** An engine that says something else of its buffers and experts. */
  private record Sized(ExpertWeights engine, int buffersPerRank, long expertBytes)
      implements ExpertWeights {
    @Override
    public int layers() {
      return engine.layers();
    }

    @Override
    public int ranks() {
      return engine.ranks();
    }

    @Override
    public int slotsPerRank() {
      return engine.slotsPerRank();
    }

    @Override
    public CompletionStage<Void> receive(
        int layer, int sourceRank, int sourceSlot, int destinationRank, int buffer) {
      return engine.receive(layer, sourceRank, sourceSlot, destinationRank, buffer);
    }

    @Override
    public void exchange(int layer, int rank, int slot, int buffer) {
      engine.exchange(layer, rank, slot, buffer);
    }
  }
}
