package io.eplb.server.round;

import io.eplb.api.wording.Listed;
import io.eplb.server.planning.PlanAnswer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * The ranks of an open round and their questions. Not thread-safe.
 *
 * <p>The question of most ranks is the right one; of two that as many ranks asked, neither is.
 * Example, with a world of 4: rank 0 and rank 2 ask A, rank 1 asks B, rank 3 never comes: rank 1 is
 * different, rank 3 missing.
 */
final class Attendance {
  private record Question(int world, String digest) {}

  private final Map<Integer, Question> questions = new TreeMap<>();
  private final Map<Question, Integer> askedBy = new HashMap<>();

  /** The ranks that asked again and asked something else. */
  private final TreeSet<Integer> wavering = new TreeSet<>();

  private int greatestWorld;

  /** Adds the question of a rank. A rank counts once, however often it asks. */
  void add(RankSeat seat, String digest) {
    Question question = new Question(seat.world(), digest);
    Question before = questions.putIfAbsent(seat.rank(), question);
    if (before == null) {
      askedBy.merge(question, 1, Integer::sum);
      greatestWorld = Math.max(greatestWorld, seat.world());
    } else if (!before.equals(question)) {
      wavering.add(seat.rank());
    }
  }

  /** Returns whether every rank has asked, and all the same. */
  boolean unanimous() {
    return complete() && askedBy.size() == 1 && wavering.isEmpty();
  }

  /** Returns whether every rank of the largest world that anybody named has asked. */
  boolean complete() {
    return questions.size() == greatestWorld;
  }

  /** Returns the ranks expected: according to the right question, else the most that any named. */
  int world() {
    return right().map(Question::world).orElse(greatestWorld);
  }

  private Optional<Question> right() {
    int most = askedBy.values().stream().mapToInt(Integer::intValue).max().orElse(0);
    List<Question> favourites =
        askedBy.entrySet().stream()
            .filter(ranks -> ranks.getValue() == most)
            .map(Map.Entry::getKey)
            .toList();
    return favourites.size() == 1 ? Optional.of(favourites.get(0)) : Optional.empty();
  }

  private List<Integer> missing() {
    return IntStream.range(0, world())
        .filter(rank -> !questions.containsKey(rank))
        .boxed()
        .toList();
  }

  private List<Integer> different() {
    Optional<Question> right = right();
    TreeSet<Integer> different = new TreeSet<>(wavering);
    questions.forEach(
        (rank, question) -> {
          if (!right.equals(Optional.of(question))) {
            different.add(rank);
          }
        });
    return List.copyOf(different);
  }

  /** Returns the decision that nothing changes, since the ranks are not all there and agreed. */
  PlanAnswer disagreement() {
    List<Integer> missing = missing();
    List<Integer> different = different();
    List<String> reasons = new ArrayList<>();
    if (!missing.isEmpty()) {
      reasons.add(Listed.of("rank", missing) + " did not ask in time");
    }
    if (!different.isEmpty()) {
      reasons.add(
          right().isEmpty()
              ? "no question is that of most ranks; all ranks must ask the same"
              : Listed.of("rank", different) + " asked something else than most");
    }
    return unchanged(String.join("; ", reasons), false, missing, different);
  }

  /** Returns the decision that nothing changes for another reason. */
  PlanAnswer unchanged(String reason) {
    return unchanged(reason, true, List.of(), List.of());
  }

  /** Returns the decision that holds since another could not be recorded. */
  PlanAnswer unrecorded(PlanAnswer decision, IOException failed) {
    String reason = "the decision could not be recorded: " + failed.getMessage();
    return unchanged(
        decision.reason().map(earlier -> earlier + "; " + reason).orElse(reason),
        decision.unanimous(),
        decision.missing(),
        decision.different());
  }

  private PlanAnswer unchanged(
      String reason, boolean unanimous, List<Integer> missing, List<Integer> different) {
    return new PlanAnswer(
        Optional.empty(),
        false,
        List.of(),
        0,
        Double.NaN,
        Double.NaN,
        List.of(),
        Optional.of(reason),
        unanimous,
        missing,
        different,
        right().map(Question::digest).orElse(""));
  }
}
