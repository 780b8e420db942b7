package io.eplb.policies.kernel;

import java.util.Arrays;

/**
 * Puts the expert groups of a layer onto the parts of its ranks: the heaviest group first, onto the
 * part with room where (load + group) ÷ speed is least; then, step by step, moves a group of the
 * hottest part to another one or exchanges two, whichever cools both most.
 *
 * <p>Among equal groups and parts the lower index wins. Not safe for use by several threads; owns
 * its scratch.
 */
final class GroupAssignment {
  private final RankParts division;

  /** The part of each group. */
  final int[] partOf;

  /** The number of groups of each part. */
  final int[] sizes;

  private final double[] groupLoads;
  private final double[] partLoads;
  private final int[] heaviestFirst;

  GroupAssignment(RankParts division) {
    this.division = division;
    partOf = new int[division.groups()];
    sizes = new int[division.size()];
    groupLoads = new double[division.groups()];
    partLoads = new double[division.size()];
    heaviestFirst = new int[division.groups()];
  }

  /** Assigns the groups of a layer with these loads by logical expert. */
  void assign(double[] loads) {
    for (int group = 0; group < groupLoads.length; group++) {
      double sum = 0.0;
      int first = group * division.expertsPerGroup();
      for (int expert = first; expert < first + division.expertsPerGroup(); expert++) {
        sum += loads[expert];
      }
      groupLoads[group] = sum;
      heaviestFirst[group] = group;
    }
    FallingOrder.sort(heaviestFirst, 0, heaviestFirst.length, groupLoads);
    Arrays.fill(sizes, 0);
    Arrays.fill(partLoads, 0.0);
    pack();
    int steps = 2 * groupLoads.length;
    while (steps > 0 && level()) {
      steps--;
    }
  }

  /** Returns the load ÷ speed of a part. */
  double heat(int part) {
    return heat(part, partLoads[part]);
  }

  private double heat(int part, double load) {
    return load / division.part(part).speed;
  }

  private void pack() {
    int owed = 0;
    for (int part = 0; part < sizes.length; part++) {
      owed += division.part(part).fewestGroups;
    }
    for (int place = 0; place < heaviestFirst.length; place++) {
      int group = heaviestFirst[place];
      // The last groups go where they have to.
      boolean free = heaviestFirst.length - place > owed;
      int best = -1;
      for (int part = 0; part < sizes.length; part++) {
        int most = free ? division.part(part).mostGroups : division.part(part).fewestGroups;
        if (sizes[part] < most
            && (best < 0
                || heat(part, partLoads[part] + groupLoads[group])
                    < heat(best, partLoads[best] + groupLoads[group]))) {
          best = part;
        }
      }
      if (sizes[best] < division.part(best).fewestGroups) {
        owed--;
      }
      put(group, best);
    }
  }

  private void put(int group, int part) {
    partOf[group] = part;
    sizes[part]++;
    partLoads[part] += groupLoads[group];
  }

  /** Makes the step that cools the hottest part and its partner most; false if there is none. */
  private boolean level() {
    int hottest = 0;
    for (int part = 1; part < sizes.length; part++) {
      if (heat(part) > heat(hottest)) {
        hottest = part;
      }
    }
    double coolest = heat(hottest) * PeakDescent.LESS;
    int bestGroup = -1;
    int bestPart = -1;
    int bestOther = -1;
    for (int group = 0; group < partOf.length; group++) {
      if (partOf[group] != hottest) {
        continue;
      }
      if (sizes[hottest] > division.part(hottest).fewestGroups) {
        for (int part = 0; part < sizes.length; part++) {
          if (part != hottest && sizes[part] < division.part(part).mostGroups) {
            double after = hotter(hottest, part, groupLoads[group]);
            if (after < coolest) {
              coolest = after;
              bestGroup = group;
              bestPart = part;
              bestOther = -1;
            }
          }
        }
      }
      for (int other = 0; other < partOf.length; other++) {
        if (partOf[other] != hottest) {
          double after = hotter(hottest, partOf[other], groupLoads[group] - groupLoads[other]);
          if (after < coolest) {
            coolest = after;
            bestGroup = group;
            bestPart = partOf[other];
            bestOther = other;
          }
        }
      }
    }
    if (bestGroup < 0) {
      return false;
    }
    take(bestGroup);
    put(bestGroup, bestPart);
    if (bestOther >= 0) {
      take(bestOther);
      put(bestOther, hottest);
    }
    return true;
  }

  private double hotter(int from, int to, double load) {
    return Math.max(heat(from, partLoads[from] - load), heat(to, partLoads[to] + load));
  }

  private void take(int group) {
    sizes[partOf[group]]--;
    partLoads[partOf[group]] -= groupLoads[group];
  }
}
