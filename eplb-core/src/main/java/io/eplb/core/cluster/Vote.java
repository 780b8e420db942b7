package io.eplb.core.cluster;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** The members of each opinion. Immutable. */
final class Vote<T> {
  /**
   * Those of one opinion.
   *
   * @param opinion what they say
   * @param voices who says it, in the order in which they were given
   */
  record Party<T>(T opinion, List<Voice> voices) {}

  private final List<Party<T>> parties;
  private final int voices;

  private Vote(List<Party<T>> parties, int voices) {
    this.parties = parties;
    this.voices = voices;
  }

  static <T> Vote<T> of(List<Voice> voices, Function<Voice, T> opinion) {
    Map<T, List<Voice>> byOpinion = new LinkedHashMap<>();
    for (Voice voice : voices) {
      byOpinion.computeIfAbsent(opinion.apply(voice), unused -> new ArrayList<>()).add(voice);
    }
    List<Party<T>> parties = new ArrayList<>();
    byOpinion.forEach((said, by) -> parties.add(new Party<>(said, List.copyOf(by))));
    parties.sort(Comparator.comparingInt((Party<T> party) -> -party.voices().size()));
    return new Vote<>(List.copyOf(parties), voices.size());
  }

  /** Returns the parties, the largest first; of one size, in the order of their first voices. */
  List<Party<T>> parties() {
    return parties;
  }

  /** Returns the largest party, if it is more than half. */
  Optional<Party<T>> majority() {
    return parties.stream().filter(party -> 2 * party.voices().size() > voices).findFirst();
  }
}
