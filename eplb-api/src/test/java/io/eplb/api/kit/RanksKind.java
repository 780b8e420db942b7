package io.eplb.api.kit;

import io.eplb.api.EpRanks;
import io.eplb.api.EpTopology;
import java.util.Random;

/**
 * The ranks that a policy can meet. A kind that would leave fewer slots than experts takes no slot
 * away.
 */
enum RanksKind {
  /** Every slot can be used, at speed 1. */
  EQUAL {
    @Override
    void change(EpRanks.Builder ranks, EpTopology topology, Random random) {}
  },
  /** One rank computes at half speed. */
  ONE_SLOW {
    @Override
    void change(EpRanks.Builder ranks, EpTopology topology, Random random) {
      ranks.speed(random.nextInt(topology.ranks()), 0.5);
    }
  },
  /** Every rank has a speed of its own. */
  SPEEDS_OF_THEIR_OWN {
    @Override
    void change(EpRanks.Builder ranks, EpTopology topology, Random random) {
      for (int rank = 0; rank < topology.ranks(); rank++) {
        ranks.speed(rank, 0.25 + random.nextInt(8) / 4.0);
      }
    }
  },
  /** One rank is dead. */
  ONE_DEAD {
    @Override
    void change(EpRanks.Builder ranks, EpTopology topology, Random random) {
      take(ranks, topology, random.nextInt(topology.ranks()), topology.slotsPerRank());
    }
  },
  /** One rank can use one slot less than the others. */
  ONE_SHORT {
    @Override
    void change(EpRanks.Builder ranks, EpTopology topology, Random random) {
      take(ranks, topology, random.nextInt(topology.ranks()), 1);
    }
  },
  /** Some ranks are dead, some short of slots, and all have speeds of their own. */
  ALL_AT_ONCE {
    @Override
    void change(EpRanks.Builder ranks, EpTopology topology, Random random) {
      SPEEDS_OF_THEIR_OWN.change(ranks, topology, random);
      for (int tries = 0; tries < 3; tries++) {
        take(
            ranks,
            topology,
            random.nextInt(topology.ranks()),
            1 + random.nextInt(topology.slotsPerRank()));
      }
    }
  };

  abstract void change(EpRanks.Builder ranks, EpTopology topology, Random random);

  /** Makes the ranks of a cluster. */
  EpRanks of(EpTopology topology, long seed) {
    EpRanks.Builder ranks = EpRanks.builder(topology);
    change(ranks, topology, new Random(seed));
    return ranks.build();
  }

  /** Takes the last slots of a rank away, unless an expert would be left without one. */
  private static void take(EpRanks.Builder ranks, EpTopology topology, int rank, int slots) {
    EpRanks before = ranks.build();
    int taken = Math.min(slots, before.usableSlots(rank));
    if (before.physicalUsable() - taken >= topology.experts()) {
      ranks.usableSlots(rank, before.usableSlots(rank) - taken);
    }
  }
}
