package io.eplb.api;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NearestNameTest {
  private static final List<String> NAMES = List.of("static", "swift", "incremental", "a");

  @Test
  void findsWhatWasMeant() {
    assertEquals(Optional.of("swift"), NearestName.of("swfit", List.of("swift", "switch")));
    assertEquals(Optional.of("incremental"), NearestName.of("incrmental", NAMES));
    assertEquals(Optional.of("static"), NearestName.of("static", NAMES));
    assertEquals(Optional.of("a"), NearestName.of("", NAMES));
  }

  @Test
  void findsNothingTooFarAway() {
    assertEquals(Optional.empty(), NearestName.of("random", NAMES));
    assertEquals(Optional.empty(), NearestName.of("x".repeat(65), List.of("x".repeat(65))));
    assertEquals(Optional.empty(), NearestName.of("swift", List.of()));
  }

  @Test
  void prefersTheFirstByAlphabetAmongEquallyNear() {
    assertEquals(Optional.of("aab"), NearestName.of("aaa", List.of("aac", "aab")));
  }

  @Test
  void refusesNulls() {
    Refusal.says(() -> NearestName.of(Refusal.nothing(), NAMES), "given name is null");
    Refusal.says(() -> NearestName.of("x", Refusal.nothing()), "known names is null");
  }
}
