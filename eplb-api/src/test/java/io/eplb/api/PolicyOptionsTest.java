package io.eplb.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PolicyOptionsTest {
  private static final PolicyOption<Long> MOVES =
      PolicyOption.integer("max-moves", 4, 0, 64, "Most experts that move.");
  private static final PolicyOption<Boolean> EXACT =
      PolicyOption.flag("exact", false, "As the reference.");
  private static final List<PolicyOption<?>> DECLARED = List.of(MOVES, EXACT);

  @Test
  void hasDefaultsForWhatIsNotGiven() {
    PolicyOptions options = PolicyOptions.parse(DECLARED, Map.of("exact", "true"));

    assertEquals(4, options.get(MOVES));
    assertEquals(true, options.get(EXACT));
    assertEquals(List.of("max-moves", "exact"), List.copyOf(options.asMap().keySet()));
    assertEquals(5, PolicyOptions.of(DECLARED, Map.of("max-moves", 5)).get(MOVES));
    assertEquals(Map.of(), PolicyOptions.defaults(List.of()).asMap());
  }

  @Test
  void cannotBeChanged() {
    Map<String, Object> map = PolicyOptions.defaults(DECLARED).asMap();

    assertThrows(UnsupportedOperationException.class, () -> map.put("max-moves", 1L));
  }

  @Test
  void suggestsTheClosestNameForAnUnknownOption() {
    Refusal.says(
        () -> PolicyOptions.parse(DECLARED, Map.of("max-move", "1")),
        "I5",
        "no option 'max-move'",
        "did you mean max-moves?",
        "max-moves, exact");
    Refusal.says(
        () -> PolicyOptions.of(List.of(), Map.of("x", 1)), "I5", "'x'", "this policy has none");
  }

  @Test
  void refusesValuesOutOfRangeAndNulls() {
    Refusal.says(() -> PolicyOptions.parse(DECLARED, Map.of("max-moves", "65")), "max-moves is 65");
    Refusal.says(() -> PolicyOptions.of(DECLARED, Map.of("exact", 1)), "exact is 1");
    Refusal.says(
        () -> PolicyOptions.of(DECLARED, Collections.singletonMap("exact", Refusal.nothing())),
        "exact is null");
    Refusal.says(
        () -> PolicyOptions.parse(DECLARED, Collections.singletonMap(Refusal.nothing(), "1")),
        "name of a given option is null");
    Refusal.says(() -> PolicyOptions.parse(DECLARED, Refusal.nothing()), "given options is null");
    Refusal.says(() -> PolicyOptions.of(DECLARED, Refusal.nothing()), "given options is null");
  }

  @Test
  void blamesThePolicyForBrokenDeclarations() {
    Refusal.blamesThePolicy(
        () -> PolicyOptions.defaults(List.of(MOVES, MOVES)), "max-moves is declared twice");
    Refusal.blamesThePolicy(
        () -> PolicyOptions.defaults(Arrays.asList(MOVES, Refusal.nothing())), "option 1 is null");
    Refusal.blamesThePolicy(() -> PolicyOptions.defaults(Refusal.nothing()), "null", "empty list");
  }

  @Test
  void blamesThePolicyForAskingWhatItDidNotDeclare() {
    PolicyOptions options = PolicyOptions.of(DECLARED, Map.of("max-moves", 64));

    Refusal.blamesThePolicy(
        () -> options.get(PolicyOption.flag("other", true, "D.")), "option other");
    Refusal.blamesThePolicy(
        () -> options.get(PolicyOption.flag("max-moves", true, "D.")), "not the one", "is 64");
    Refusal.blamesThePolicy(
        () -> options.get(PolicyOption.integer("max-moves", 0, 0, 9, "D.")), "not the one");
    Refusal.says(() -> options.get(Refusal.nothing()), "option is null");
  }
}
