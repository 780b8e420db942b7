package io.eplb.core.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.eplb.api.Dispatch;
import io.eplb.api.EpRanks;
import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.LayerBalance;
import io.eplb.api.Placement;
import io.eplb.api.Rebalance;
import io.eplb.core.balance.TrafficShares;
import io.eplb.core.elastic.Repair;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class LoadMeterTest {
  private static final StepTimeModel MODEL = new StepTimeModel(10, 1, 100);

  /** Three experts on two ranks of two slots: expert 0 on both ranks. */
  private static final EpTopology TOPOLOGY = EpTopology.of(3, 2, 1, 1, 2);

  private static final EpRanks RANKS = EpRanks.nominal(TOPOLOGY);
  private static final ExpertTable TABLE =
      ExpertTable.of(0, 3, Placement.of(1, 2, 2, new int[] {0, 1, 0, 2}));

  @Test
  void anEvenSplitReadsEveryReplicaOfAnActiveExpert() {
    LoadMeter meter = measure(Dispatch.EVEN, RANKS, 6, 4, 0);
    assertEquals(7.0 / 5, meter.peakToAverage(0), 1e-12);
    // Rank 0 reads two of the two active experts, on two ranks.
    assertEquals(2.0, meter.activated(0), 1e-12);
    assertEquals(10 + 7 + 200, meter.micros(0), 1e-12);
  }

  @Test
  void lpReadsThoseReplicasThatGetTokens() {
    LoadMeter meter = measure(Dispatch.LP, RANKS, 6, 6, 0);
    // Rank 0 has expert 1, so that rank 1 takes all of expert 0.
    assertEquals(1.0, meter.peakToAverage(0), 1e-9);
    assertEquals(1.0, meter.activated(0), 1e-12);
    assertEquals(10 + 6 + 100, meter.micros(0), 1e-6);
  }

  @Test
  void aSingleReplicaOfAnExpertIsRead() {
    LoadMeter meter = measure(Dispatch.SINGLE, RANKS, 6, 2, 1);
    // Expert 0 joins expert 2 with 7 tokens; three active experts on two ranks.
    assertEquals(7.0 / 4.5, meter.peakToAverage(0), 1e-12);
    assertEquals(2.0 / 1.5, meter.activated(0), 1e-12);
    assertEquals(10 + 7 + 200, meter.micros(0), 1e-12);
  }

  @Test
  void sharesOfAPolicyStandForEqualPartsUnderAnEvenSplitAlone() {
    Rebalance shared =
        Rebalance.builder(new int[] {0}, TABLE.placement())
            .shares(0, new double[] {0, 1, 1, 1}, 0)
            .build();
    double[] loads = {6, 6, 0};
    LoadMeter even = meter(Dispatch.EVEN, RANKS);
    even.measure(TABLE, TrafficShares.of(Dispatch.EVEN).after(shared), loads);
    assertEquals(1.0, even.peakToAverage(0), 1e-12);
    assertEquals(1.0, even.activated(0), 1e-12);
    assertEquals(116, even.micros(0), 1e-12);
    LoadMeter single = meter(Dispatch.SINGLE, RANKS);
    single.measure(TABLE, TrafficShares.of(Dispatch.SINGLE).after(shared), new double[] {6, 0, 6});
    assertEquals(1.0, single.peakToAverage(0), 1e-12);
  }

  @Test
  void anIdleLayerReadsNothingAndTakesTheFixedTime() {
    LoadMeter meter = measure(Dispatch.EVEN, RANKS, 0, 0, 0);
    assertEquals(1.0, meter.peakToAverage(0));
    assertEquals(1.0, meter.activated(0));
    assertEquals(10.0, meter.micros(0));
  }

  @Test
  void theSlowestRankCountsWhereverTheTokensAre() {
    EpRanks slow = EpRanks.builder(TOPOLOGY).speed(1, 0.25).build();
    LoadMeter meter = measure(Dispatch.EVEN, slow, 6, 4, 0);
    // Rank 0: 7 tokens, 2 experts. Rank 1: 3 tokens and 1 expert at a quarter of the speed.
    assertEquals(10 + (3 + 100) / 0.25, meter.micros(0), 1e-12);
  }

  @Test
  void aDeadRankTakesNoTimeAndDoesNotCountInTheMean() {
    EpTopology topology = EpTopology.of(2, 3, 1, 1, 1);
    EpRanks ranks = EpRanks.builder(topology).usableSlots(1, 0).build();
    ExpertTable table = Repair.of(ExpertTable.initial(1, topology), topology, ranks).table();
    LoadMeter meter =
        new LoadMeter(1, topology, ranks, Dispatch.EVEN, Optional.of(MODEL))
            .measure(table, TrafficShares.EVEN, new double[] {3, 3});
    assertEquals(1.0, meter.activated(0), 1e-12);
    assertEquals(113, meter.micros(0), 1e-12);
  }

  @Property(tries = 200)
  void theRatioOfAnEvenSplitIsThatOfEveryOtherReport(@ForAll long seed) {
    Random random = new Random(seed);
    EpTopology topology = EpTopology.of(5, 1 + random.nextInt(4), 1, 1, 5 + random.nextInt(3));
    ExpertTable table = ExpertTable.initial(3, topology);
    double[] loads = random.doubles(15, 0, 100).map(Math::floor).toArray();
    EpRanks ranks = EpRanks.nominal(topology);
    LoadMeter meter =
        new LoadMeter(3, topology, ranks, Dispatch.EVEN, Optional.empty())
            .measure(table, TrafficShares.EVEN, loads);
    for (int layer = 0; layer < 3; layer++) {
      double[] own = Arrays.copyOfRange(loads, layer * 5, layer * 5 + 5);
      assertEquals(
          LayerBalance.of(table, layer, own, ranks).peakToAverage(), meter.peakToAverage(layer));
      assertEquals(0.0, meter.micros(layer));
    }
  }

  private static LoadMeter measure(Dispatch dispatch, EpRanks ranks, double... loads) {
    return meter(dispatch, ranks).measure(TABLE, TrafficShares.of(dispatch), loads);
  }

  private static LoadMeter meter(Dispatch dispatch, EpRanks ranks) {
    return new LoadMeter(1, TOPOLOGY, ranks, dispatch, Optional.of(MODEL));
  }
}
